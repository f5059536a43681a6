using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Halley.Testing.Properties;

/// <summary>The kinds of values that claims are about.</summary>
public static class Any
{
    /// <summary>Bytes of every value, and often those that mean something on our wires.</summary>
    public static Arbitrary<byte[]> Bytes { get; } = ListOf(Gen.OneOf(
            Gen.Choose(0, 255).Select(value => (byte)value),
            Gen.Elements("\"\\/<>&%+=?#:;,\r\n\t\0 uU0aAfF29{}[]"u8.ToArray()),
            Gen.Elements<byte>(0x7F, 0x80, 0xA8, 0xA9, 0xC3, 0xE2, 0xF0, 0xFF)))
        .Convert(list => list.ToArray(), bytes => bytes);

    /// <summary>Text of every sort of character, as UTF-8.</summary>
    public static Arbitrary<byte[]> Utf8 { get; } = ListOf(Gen.OneOf(
            Gen.Choose(0, 0x7F),
            Gen.Elements<int>('"', '\\', '/', '<', '\r', '\n', '\t', 0x7F, 0xA0, 0x2028, 0x2029, 0x2027, 0xFFFF),
            Gen.Choose(0x80, 0xD7FF),
            Gen.Choose(0xE000, 0x10FFFF)))
        .Convert(
            list => list.SelectMany(value => Encoding.UTF8.GetBytes(char.ConvertFromUtf32(value))).ToArray(),
            bytes => Encoding.UTF8.GetString(bytes).EnumerateRunes().Select(rune => rune.Value).ToArray());

    /// <summary>Lists of any length; one that breaks a claim is tried again without each of its items.</summary>
    public static Arbitrary<IReadOnlyList<T>> ListOf<T>(Gen<T> item) =>
        Arb.From(item.ArrayOf().Select(items => (IReadOnlyList<T>)items), WithoutOne);

    private static IEnumerable<IReadOnlyList<T>> WithoutOne<T>(IReadOnlyList<T> items) =>
        Enumerable.Range(0, items.Count).Select(left => items.Where((_, i) => i != left).ToArray());
}
