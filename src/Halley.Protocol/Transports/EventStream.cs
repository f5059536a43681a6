namespace Halley.Protocol.Transports;

/// <summary>The lines of server-sent events, as text/event-stream has them.</summary>
internal static class EventStream
{
    private static ReadOnlySpan<byte> Comment => ": "u8;

    /// <summary>A header or a footer, each of its lines a comment.</summary>
    public static byte[] Comments(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith(Comment))
        {
            return text.ToArray();
        }

        var output = new ByteBuffer();
        while (TakeLine(ref text, out var line))
        {
            output.Write(Comment);
            output.Write(line);
            output.WriteByte((byte)'\n');
        }

        return output.Written.ToArray();
    }

    /// <summary>Writes a field whose value the publisher chose, up to whatever could end the line.</summary>
    public static void WriteField(ReadOnlySpan<byte> nameAndColon, ReadOnlySpan<byte> value, ByteBuffer output)
    {
        var end = value.IndexOfAny((byte)'\r', (byte)'\n');
        output.Write(nameAndColon);
        output.Write(end < 0 ? value : value[..end]);
        output.WriteByte((byte)'\n');
    }

    /// <summary>Takes the next line that is not empty. Lines end with CR LF, CR or LF.</summary>
    public static bool TakeLine(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> line)
    {
        text = text.TrimStart("\r\n"u8);
        var end = text.IndexOfAny((byte)'\r', (byte)'\n');
        line = end < 0 ? text : text[..end];
        text = text[line.Length..];
        return !line.IsEmpty;
    }
}
