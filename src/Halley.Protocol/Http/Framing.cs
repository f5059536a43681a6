namespace Halley.Protocol.Http;

/// <summary>
/// How the pieces of an answer of unknown length are told apart on the wire: as chunks (RFC 9112, 7.1), or not at all, where the end of the
/// connection ends the answer.
/// </summary>
/// <param name="IsChunked">True for HTTP/1.1.</param>
public readonly record struct Framing(bool IsChunked)
{
    // Room for the longest length line: eight hexadecimal digits, CR, LF.
    private const int MaxPrefix = 10;

    /// <summary>Begins a piece; what is written from here on belongs to it.</summary>
    /// <returns>What <see cref="End"/> wants to know.</returns>
    public int Begin(ByteBuffer output)
    {
        var start = output.Length;
        if (IsChunked)
        {
            output.Skip(MaxPrefix);
        }

        return start;
    }

    /// <summary>Ends the piece. A piece without content must not be written: it would end the answer.</summary>
    public void End(ByteBuffer output, int start)
    {
        if (!IsChunked)
        {
            return;
        }

        Span<byte> digits = stackalloc byte[8];
        (output.Length - start - MaxPrefix).TryFormat(digits, out var count, "x", null);
        var prefix = output.Span(start);
        var unused = MaxPrefix - count - 2;
        digits[..count].CopyTo(prefix[unused..]);
        "\r\n"u8.CopyTo(prefix[(unused + count)..]);
        output.Remove(start, unused);
        output.Write("\r\n"u8);
    }

    /// <summary>Ends the answer.</summary>
    public void EndAll(ByteBuffer output)
    {
        if (IsChunked)
        {
            output.Write("0\r\n\r\n"u8);
        }
    }
}
