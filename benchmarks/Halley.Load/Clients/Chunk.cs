using System.Buffers.Text;

namespace Halley.Load.Clients;

/// <summary>Takes a response apart: its head, then chunk by chunk.</summary>
internal static class Chunk
{
    /// <summary>False: the head has not arrived whole.</summary>
    public static bool TryTakeHead(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> head)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        head = end < 0 ? default : bytes[..(end + 2)];
        bytes = end < 0 ? bytes : bytes[(end + 4)..];
        return end >= 0;
    }

    /// <summary>An empty chunk is the last of a response. False: it has not arrived whole.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> chunk)
    {
        chunk = default;
        var lineEnd = bytes.IndexOf("\r\n"u8);
        if (lineEnd < 0)
        {
            return false;
        }

        if (!Utf8Parser.TryParse(bytes[..lineEnd], out int size, out var used, 'x') || used != lineEnd)
        {
            throw new LoadException("The server sent something that is not a chunk.");
        }

        var whole = lineEnd + 2 + size + 2;
        if (bytes.Length < whole)
        {
            return false;
        }

        chunk = bytes.Slice(lineEnd + 2, size);
        bytes = bytes[whole..];
        return true;
    }
}
