using System.Text;

namespace Halley.Protocol.Http;

/// <summary>A request line and header as the parser found them; the spans lie in the bytes that were parsed.</summary>
public ref struct RequestHead
{
    public RequestMethod Method { get; internal set; }

    /// <summary>The target as it came, for messages about it.</summary>
    public ReadOnlySpan<byte> Target { get; internal set; }

    /// <summary>The target's path, not decoded.</summary>
    public ReadOnlySpan<byte> Path { get; internal set; }

    /// <summary>The text between <c>?</c> and <c>#</c>, not decoded.</summary>
    public ReadOnlySpan<byte> Query { get; internal set; }

    /// <summary>
    /// The host that is meant, with its port where one is given: an absolute target's, or else the field's; as it was
    /// written, checked. Empty where none is named.
    /// </summary>
    public ReadOnlySpan<byte> Host { get; internal set; }

    /// <summary>Whether there is a field Host, empty or not.</summary>
    public bool HasHostField { get; internal set; }

    /// <summary>
    /// Whether the host is named as HTTP/1.1 demands it: by a field, also where the target says it (RFC 9112, 3.2).
    /// </summary>
    public readonly bool NamesHost => HasHostField && !Host.IsEmpty;

    /// <summary>The header lines, checked, each with its line end.</summary>
    public ReadOnlySpan<byte> Fields { get; internal set; }

    public bool IsHttp11 { get; internal set; }

    /// <summary>
    /// Whether the connection may be kept after the answer (RFC 9112, 9.3): a wish to close it comes before any other.
    /// </summary>
    public readonly bool KeepAlive => !AsksClose && (IsHttp11 || AsksKeepAlive);

    /// <summary>Whether the client asked to have it kept, rather than by its HTTP version.</summary>
    public bool AsksKeepAlive { get; internal set; }

    /// <summary>Whether the client asked to have it closed.</summary>
    public bool AsksClose { get; internal set; }

    /// <summary>The body's length in bytes; 0 where there is none, and where it comes in chunks.</summary>
    public long ContentLength { get; internal set; }

    public bool IsChunked { get; internal set; }

    /// <summary>Whether the client waits for <c>100 Continue</c> before it sends the body.</summary>
    public bool ExpectsContinue { get; internal set; }

    /// <summary>Finds the fields of one name, which may be several, one after another.</summary>
    /// <param name="position">0 at first; then as it was left.</param>
    /// <param name="value">Without blanks around it.</param>
    public readonly bool TryNextField(
        scoped ReadOnlySpan<byte> name, scoped ref int position, out ReadOnlySpan<byte> value)
    {
        while (position < Fields.Length)
        {
            var rest = Fields[position..];
            var end = rest.IndexOf((byte)'\n');
            var line = rest[..(end < 0 ? rest.Length : end)];
            position += end < 0 ? rest.Length : end + 1;
            if (IsNamed(line, name, out value))
            {
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The same from the last to the first.</summary>
    /// <param name="position">The length of <see cref="Fields"/> at first; then as it was left.</param>
    public readonly bool TryPreviousField(
        scoped ReadOnlySpan<byte> name, scoped ref int position, out ReadOnlySpan<byte> value)
    {
        while (position > 0)
        {
            var before = Fields[..(position - 1)];
            var start = before.LastIndexOf((byte)'\n') + 1;
            position = start;
            if (IsNamed(before[start..], name, out value))
            {
                return true;
            }
        }

        value = default;
        return false;
    }

    private static bool IsNamed(ReadOnlySpan<byte> line, scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var isNamed = line.Length > name.Length
            && line[name.Length] == ':'
            && Ascii.EqualsIgnoreCase(line[..name.Length], name);
        value = isNamed ? line[(name.Length + 1)..].Trim(" \t\r"u8) : default;
        return isNamed;
    }
}
