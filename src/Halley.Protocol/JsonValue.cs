namespace Halley.Protocol;

/// <summary>Writes what was published as a JSON value on one line, for those who read JSON alone.</summary>
internal static class JsonValue
{
    /// <summary>Writes a message's payload.</summary>
    public static void Write(Message message, ByteBuffer output)
    {
        if (message.Traits.HasFlag(MessageTraits.JsonEscaped))
        {
            WriteEscapedText(message.Payload, output);
        }
        else
        {
            Write(message.Payload, output);
        }
    }

    /// <summary>Bytes as the value that they are, or, where they are no JSON, as a string.</summary>
    public static void Write(ReadOnlySpan<byte> payload, ByteBuffer output)
    {
        if (JsonCheck.IsValue(payload))
        {
            WriteOnOneLine(payload, output);
        }
        else
        {
            WriteText(payload, output);
        }
    }

    /// <summary>A string, whatever the text looks like.</summary>
    public static void WriteText(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        output.WriteByte((byte)'"');
        JsonText.Write(text, inScript: false, output);
        output.WriteByte((byte)'"');
    }

    /// <summary>Writes what is the inside of a JSON string already.</summary>
    public static void WriteEscapedText(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        output.WriteByte((byte)'"');
        JsonText.WriteEscaped(text, inScript: false, output);
        output.WriteByte((byte)'"');
    }

    // Line ends stand between the tokens of JSON, never in them.
    private static void WriteOnOneLine(ReadOnlySpan<byte> json, ByteBuffer output)
    {
        while (json.IndexOfAny((byte)'\n', (byte)'\r') is var end and >= 0)
        {
            output.Write(json[..end]);
            json = json[(end + 1)..];
        }

        output.Write(json);
    }
}
