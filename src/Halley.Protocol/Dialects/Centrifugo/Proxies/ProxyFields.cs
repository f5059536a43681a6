using System.Text;
using System.Text.Json;

namespace Halley.Protocol.Dialects.Centrifugo.Proxies;

/// <summary>
/// The fields of an object that the operator's server answered. What is missing or of another kind is empty.
/// </summary>
internal readonly struct ProxyFields(JsonElement json)
{
    // As the platform counts seconds.
    private const long LastSecond = 253_402_300_799;

    public string Text(ReadOnlySpan<byte> name) =>
        TryGet(name, JsonValueKind.String, out var value) ? TextOf(value) : "";

    public long Number(ReadOnlySpan<byte> name) =>
        TryGet(name, JsonValueKind.Number, out var value) && value.TryGetInt64(out var number) ? number : 0;

    public bool Flag(ReadOnlySpan<byte> name) => TryGet(name, JsonValueKind.True, out _);

    /// <summary>A time in seconds; null for never.</summary>
    public DateTimeOffset? Time(ReadOnlySpan<byte> name) =>
        Number(name) is > 0 and <= LastSecond and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>JSON as it stands there, or what is in base64 beside it; null for neither.</summary>
    public byte[]? Data(ReadOnlySpan<byte> name, ReadOnlySpan<byte> inBase64)
    {
        if (TryGet(inBase64, JsonValueKind.String, out var bytes) && bytes.TryGetBytesFromBase64(out var decoded)
            && decoded.Length > 0)
        {
            return decoded;
        }

        return IsObject && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? Encoding.UTF8.GetBytes(value.GetRawText())
            : null;
    }

    /// <summary>Null where it is not said: <c>{"recover":{"value":true}}</c>.</summary>
    public bool? Choice(ReadOnlySpan<byte> name) => TryGet(name, JsonValueKind.Object, out var choice)
        ? new ProxyFields(choice).Flag("value"u8)
        : null;

    public ProxyFields Inner(ReadOnlySpan<byte> name) =>
        new(TryGet(name, JsonValueKind.Object, out var value) ? value : default);

    /// <summary>The texts of a list.</summary>
    public IEnumerable<string> Texts(string name) =>
        TryGet(Encoding.UTF8.GetBytes(name), JsonValueKind.Array, out var list)
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(TextOf)
            : [];

    /// <summary>The objects of an object, by name.</summary>
    public IEnumerable<(string Name, ProxyFields Fields)> Objects(string name) =>
        TryGet(Encoding.UTF8.GetBytes(name), JsonValueKind.Object, out var value)
            ? value.EnumerateObject().Select(property => (property.Name, new ProxyFields(property.Value)))
            : [];

    private bool IsObject => json.ValueKind == JsonValueKind.Object;

    private bool TryGet(ReadOnlySpan<byte> name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        return IsObject && json.TryGetProperty(name, out value) && value.ValueKind == kind;
    }

    // Half of a surrogate pair is no text.
    private static string TextOf(JsonElement value)
    {
        var raw = Encoding.UTF8.GetBytes(value.GetRawText());
        var output = new ByteBuffer(raw.Length);
        JsonUnescaping.Write(raw.AsSpan(1, raw.Length - 2), output);
        return Encoding.UTF8.GetString(output.Written);
    }
}
