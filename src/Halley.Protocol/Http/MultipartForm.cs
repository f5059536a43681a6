using System.Text;

namespace Halley.Protocol.Http;

/// <summary>
/// Reads multipart/form-data (RFC 7578), which PHP's curl sends for an array and browsers for a FormData: fields alone,
/// no files. Strict: what is not surely meant so is a fault.
/// </summary>
internal static class MultipartForm
{
    /// <summary>The number of parts that are read: the commands have fewer than ten parameters.</summary>
    public const int MaxParts = 64;

    // RFC 2046, 5.1.1.
    private const int MaxBoundary = 70;

    /// <summary>Writes the fields as a form in application/x-www-form-urlencoded, in their order.</summary>
    /// <returns>Why not; null where it was done.</returns>
    public static FormFault? Read(ReadOnlySpan<byte> boundary, ReadOnlySpan<byte> body, ByteBuffer form)
    {
        if (boundary.IsEmpty || boundary.Length > MaxBoundary)
        {
            return FormFault.Boundary;
        }

        Span<byte> delimiter = [.. "\r\n--"u8, .. boundary];
        if (!TryEnter(body, delimiter, out var rest))
        {
            return FormFault.Parts;
        }

        for (var parts = 0; ; parts++)
        {
            if (rest.StartsWith("--"u8))
            {
                return null;
            }

            // The part begins with the line end, so that one without a head still has the empty line before its
            // content.
            rest = rest.TrimStart(" \t"u8);
            var end = rest.StartsWith("\r\n"u8) ? rest.IndexOf(delimiter) : -1;
            if (end < 0)
            {
                return FormFault.Parts;
            }

            if (parts == MaxParts)
            {
                return FormFault.TooManyParts;
            }

            var part = rest[..end];
            rest = rest[(end + delimiter.Length)..];
            if (ReadPart(part, form) is { } fault)
            {
                return fault;
            }
        }
    }

    // Behind the first delimiter. What stands before it means nothing.
    private static bool TryEnter(ReadOnlySpan<byte> body, ReadOnlySpan<byte> delimiter, out ReadOnlySpan<byte> rest)
    {
        if (body.StartsWith(delimiter[2..]))
        {
            rest = body[(delimiter.Length - 2)..];
            return true;
        }

        var start = body.IndexOf(delimiter);
        rest = start < 0 ? default : body[(start + delimiter.Length)..];
        return start >= 0;
    }

    private static FormFault? ReadPart(ReadOnlySpan<byte> part, ByteBuffer form)
    {
        var headEnd = part.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
        {
            return FormFault.Parts;
        }

        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> charset = default;
        var content = part[(headEnd + 4)..];
        var head = part[..headEnd];
        foreach (var range in head.Split("\r\n"u8))
        {
            var line = head[range];
            var colon = line.IndexOf((byte)':');
            var value = new ParameterizedValue(line[(colon + 1)..]);
            if (colon < 0)
            {
                continue;
            }

            if (Ascii.EqualsIgnoreCase(line[..colon], "Content-Disposition"u8))
            {
                if (value.TryParameter("filename"u8, out _) || value.TryParameter("filename*"u8, out _))
                {
                    return FormFault.File;
                }

                if (!value.Is("form-data"u8) || !value.TryParameter("name"u8, out name))
                {
                    return FormFault.Disposition;
                }
            }
            else if (Ascii.EqualsIgnoreCase(line[..colon], "Content-Type"u8))
            {
                value.TryParameter("charset"u8, out charset);
            }
            else if (Ascii.EqualsIgnoreCase(line[..colon], "Content-Transfer-Encoding"u8)
                && !(value.Is("binary"u8) || value.Is("8bit"u8) || value.Is("7bit"u8)))
            {
                return FormFault.PartEncoding;
            }
        }

        if (name.IsEmpty)
        {
            return FormFault.Disposition;
        }

        if (!FormBody.IsUtf8(charset, content, isEncoded: false))
        {
            return FormFault.Charset;
        }

        WriteField(name, content, form);
        return null;
    }

    private static void WriteField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content, ByteBuffer form)
    {
        // No parameter is called so.
        if (name.ContainsAny("&=%+"u8))
        {
            return;
        }

        form.Write(form.Length > 0 ? "&"u8 : default);
        form.Write(name);
        form.WriteByte((byte)'=');
        UrlEncoding.Encode(content, form);
    }
}
