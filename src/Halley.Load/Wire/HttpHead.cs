using System.Buffers.Text;
using System.Text;

namespace Halley.Load.Wire;

/// <summary>The head of an answer, as far as a client needs it.</summary>
internal readonly ref struct HttpHead
{
    private HttpHead(int status, ReadOnlySpan<byte> fields)
    {
        Status = status;
        Fields = fields;
    }

    /// <summary>0: it was no HTTP.</summary>
    public int Status { get; }

    private ReadOnlySpan<byte> Fields { get; }

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Whether the connection ends with this answer.</summary>
    public bool Closes => Contains(Field("Connection"), "close");

    /// <summary>False: the head has not arrived whole.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> bytes, out HttpHead head)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            head = default;
            return false;
        }

        var whole = bytes[..(end + 2)];
        bytes = bytes[(end + 4)..];
        var isHttp = whole.StartsWith("HTTP/1."u8) && whole.Length > 12;
        head = new HttpHead(
            isHttp && Utf8Parser.TryParse(whole[9..12], out int status, out _) ? status : 0,
            whole[(whole.IndexOf("\r\n"u8) + 2)..]);
        return true;
    }

    /// <summary>The value without white space around it; empty: there is no such field.</summary>
    public ReadOnlySpan<byte> Field(string name)
    {
        for (var rest = Fields; rest.Length > 0;)
        {
            var end = rest.IndexOf("\r\n"u8);
            var line = rest[..end];
            rest = rest[(end + 2)..];
            var colon = line.IndexOf((byte)':');
            if (colon == name.Length && Ascii.EqualsIgnoreCase(line[..colon], name))
            {
                return line[(colon + 1)..].Trim((byte)' ');
            }
        }

        return default;
    }

    /// <summary>Tells how the body that follows is to be read.</summary>
    public Body ToBody() =>
        Status == 101 ? Body.Frames
        : Status is 204 or 304 ? Body.OfLength(0)
        : Contains(Field("Transfer-Encoding"), "chunked") ? Body.Chunks
        : Utf8Parser.TryParse(Field("Content-Length"), out long length, out _) ? Body.OfLength(length)
        : Body.UntilClose;

    private static bool Contains(ReadOnlySpan<byte> value, string word) =>
        Encoding.ASCII.GetString(value).Contains(word, StringComparison.OrdinalIgnoreCase);
}
