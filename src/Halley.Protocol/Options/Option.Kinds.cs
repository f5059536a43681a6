using System.Globalization;

namespace Halley.Protocol.Options;

// How each kind of value is kept: a line of a table names one of these, and where the value lies.
public sealed partial record Option<T>
{
    internal static Option<T> Text(string name, string sentence, Func<T, string?> get, Action<T, string> set) =>
        Of(name, ValueKind.Text, sentence, get, set);

    internal static Option<T> Of(
        string name, ValueKind kind, string sentence, Func<T, string?> get, Action<T, string> set) =>
        new(name, kind, sentence, options => OneOrNone(get(options)), set);

    internal static Option<T> Expression(string name, string sentence, Func<T, string?> get, Action<T, string> set) =>
        Of(name, ValueKind.Expression, sentence, get, set);

    internal static Option<T> Switch(string name, string sentence, Func<T, bool?> get, Action<T, bool> set) => Of(
        name,
        ValueKind.Switch,
        sentence,
        options => TextOf(get(options)),
        (options, text) => set(options, text == "true"));

    internal static Option<T> Number(string name, string sentence, Func<T, int?> get, Action<T, int> set) =>
        Number(
            name, ValueKind.Number, sentence, options => get(options), (options, number) => set(options, (int)number));

    internal static Option<T> NumberOrZero(
        string name, string sentence, Func<T, int?> get, Action<T, int> set) => Number(
        name,
        ValueKind.NumberOrZero,
        sentence,
        options => get(options),
        (options, number) => set(options, (int)number));

    internal static Option<T> Bytes(string name, string sentence, Func<T, long> get, Action<T, long> set) =>
        Number(name, ValueKind.Bytes, sentence, options => get(options), set);

    internal static Option<T> Seconds(
        string name, string sentence, Func<T, TimeSpan> get, Action<T, TimeSpan> set) => Number(
        name,
        ValueKind.Seconds,
        sentence,
        options => (long)get(options).TotalSeconds,
        (options, seconds) => set(options, TimeSpan.FromSeconds(seconds)));

    internal static Option<T> Duration(string name, string sentence, Func<T, TimeSpan?> get, Action<T, TimeSpan> set) =>
        Duration(name, ValueKind.Time, sentence, get, set);

    internal static Option<T> DurationOrZero(
        string name, string sentence, Func<T, TimeSpan?> get, Action<T, TimeSpan> set) =>
        Duration(name, ValueKind.TimeOrZero, sentence, get, set);

    internal static Option<T> Size(string name, string sentence, Func<T, int> get, Action<T, int> set) => Of(
        name,
        ValueKind.Size,
        sentence,
        options => Units.WriteSize(get(options)),
        (options, text) => set(options, Units.TryParseSize(text, out var size) ? (int)size : 0));

    /// <summary>One of a few words.</summary>
    internal static Option<T> Word(
        string name, string[] words, string sentence, Func<T, string?> get, Action<T, string> set) =>
        Of(name, ValueKind.Word, sentence, get, set) with
        {
            Wants = $"{string.Join(", ", words[..^1])} or {words[^1]}",
            Check = words.Contains,
        };

    /// <summary>Any number of values, none of them empty.</summary>
    internal static Option<T> List(string name, ValueKind kind, string sentence, Func<T, List<string>> list) =>
        new(name, kind, sentence, list, (options, text) => list(options).Add(text))
        {
            IsList = true,
            Check = static text => text.Length > 0,
        };

    private static Option<T> Duration(
        string name, ValueKind kind, string sentence, Func<T, TimeSpan?> get, Action<T, TimeSpan> set) => Of(
        name,
        kind,
        sentence,
        options => get(options) is { } time ? Units.Write(time) : null,
        (options, text) => set(options, Units.TryParseTime(text, out var time) ? time : default));

    private static Option<T> Number(
        string name, ValueKind kind, string sentence, Func<T, long?> get, Action<T, long> set) => Of(
        name,
        kind,
        sentence,
        options => get(options)?.ToString(CultureInfo.InvariantCulture),
        (options, text) => set(options, Values.TryParseNumber(text, out var number) ? number : default));

    private static string? TextOf(bool? value) => value is { } isOn ? isOn ? "true" : "false" : null;

    private static IReadOnlyList<string> OneOrNone(string? text) => text is null ? [] : [text];
}
