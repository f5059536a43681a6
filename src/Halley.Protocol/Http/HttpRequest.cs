using System.Text;

namespace Halley.Protocol.Http;

/// <summary>One whole request; its spans live in the host's read buffer and are gone when the handler returns.</summary>
public readonly ref struct HttpRequest(RequestHead head, ReadOnlySpan<byte> path, ReadOnlySpan<byte> body)
{
    private readonly RequestHead _head = head;

    public RequestMethod Method => _head.Method;

    /// <summary>All there is of it but the path, decoded, and the body.</summary>
    internal RequestHead Head => _head;

    /// <summary>The target as it came.</summary>
    public ReadOnlySpan<byte> Target => _head.Target;

    /// <summary>The path, decoded.</summary>
    public ReadOnlySpan<byte> Path { get; } = path;

    /// <summary>The query, not decoded.</summary>
    public ReadOnlySpan<byte> Query => _head.Query;

    /// <summary>The body, whole; its chunks put together.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>The value of the first field of that name, without blanks around it; empty where there is none.</summary>
    public ReadOnlySpan<byte> Field(ReadOnlySpan<byte> name) => TryField(name, out var value) ? value : default;

    /// <summary>The same, telling an empty field from a missing one.</summary>
    public bool TryField(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var rest = _head.Fields;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = rest[..(end < 0 ? rest.Length : end)];
            rest = rest[(end < 0 ? rest.Length : end + 1)..];
            if (line.Length > name.Length && line[name.Length] == ':' && Ascii.EqualsIgnoreCase(line[..name.Length], name))
            {
                value = line[(name.Length + 1)..].Trim(" \t\r"u8);
                return true;
            }
        }

        value = default;
        return false;
    }
}
