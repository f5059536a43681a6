using System.Text;
using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>Fills objects of the protocol with whatever chance gives, nothing of it empty.</summary>
internal sealed class ChanceFieldReader(Random chance) : IFieldReader
{
    private const int MaxDepth = 5;

    private static readonly string[] Texts =
        ["a", "news:1", "\"\\/\b\f\n\r\t\u0001", "é 你 😀", "\u2028<script>", "null", "{\"a\":1}", "\uFFFD"];

    private static readonly string[] Json =
        ["{}", "null", "0", "-1.5e+3", "\"\\u0041\\ud83d\\ude00\"", "[1,{\"a\":[]}]", "{\"a\":\"é\", \"\":false}"];

    private int _depth;

    public static T Make<T>(Random chance)
        where T : class, IWireObject<T>, new() => new ChanceFieldReader(chance).Object<T>()!;

    public uint Number() => (uint)chance.NextInt64(1, 1L << chance.Next(1, 33));

    public long Offset() => chance.NextInt64(1, long.MaxValue) >> chance.Next(62) | 1;

    public long Signed() => chance.Next(2) == 0 ? Offset() : -Offset();

    public bool Flag() => true;

    public string Text() => Texts[chance.Next(Texts.Length)];

    public byte[] TextBytes() => Encoding.UTF8.GetBytes(Text());

    public Payload Data() => Encoding.UTF8.GetBytes(Json[chance.Next(Json.Length)]);

    // Every other field, or, where it is deep already, none that is an object.
    public T? Object<T>()
        where T : class, IWireObject<T>, new()
    {
        if (_depth == MaxDepth)
        {
            return null;
        }

        _depth++;
        var value = new T();
        var self = this;
        for (var field = 1; field < 20; field++)
        {
            if (T.Names.Has(field) && chance.Next(2) == 0)
            {
                value.Read(ref self, field);
            }
        }

        _depth--;
        return value;
    }

    public List<T>? List<T>(List<T>? values)
        where T : class, IWireObject<T>, new() =>
        [.. Some().Select(_ => Object<T>()).OfType<T>()];

    public List<string>? List(List<string>? values) => [.. Some().Select(_ => Text())];

    public List<KeyValuePair<byte[], T>>? Map<T>(List<KeyValuePair<byte[], T>>? values)
        where T : class, IWireObject<T>, new() =>
        [.. Some().Select(_ => Object<T>()).OfType<T>().Select(value => KeyValuePair.Create(TextBytes(), value))];

    public List<KeyValuePair<string, string>>? Map(List<KeyValuePair<string, string>>? values) =>
        [.. Some().Select(_ => KeyValuePair.Create(Text(), Text()))];

    private IEnumerable<int> Some() => Enumerable.Range(0, chance.Next(1, 4));
}
