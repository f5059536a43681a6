using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Halley.Protocol.Http;

/// <summary>
/// Reads a request line and header. Pure functions over bytes; they never throw. Lenient where iComet's clients may
/// need it (bare line feeds, raw bytes in the address), strict where two servers could read one request differently.
/// </summary>
public static class RequestParser
{
    // RFC 9110, 5.6.2: what a method and a field name are made of.
    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> NotInTarget = SearchValues.Create(ControlBytes(alsoTab: true));
    private static readonly SearchValues<byte> NotInField = SearchValues.Create(ControlBytes(alsoTab: false));

    /// <summary>Looks for the empty line that ends a head.</summary>
    /// <param name="scanned">
    /// How far it has looked already; so a head that comes a byte at a time is not read again and again.
    /// </param>
    /// <returns>The length of the head with its empty line, or -1 when it is not all there.</returns>
    public static int FindEnd(ReadOnlySpan<byte> bytes, ref int scanned)
    {
        while (true)
        {
            var lineEnd = bytes[scanned..].IndexOf((byte)'\n');
            if (lineEnd < 0)
            {
                scanned = bytes.Length;
                return -1;
            }

            var next = scanned + lineEnd + 1;
            var rest = bytes[next..];
            if (rest is [(byte)'\n', ..])
            {
                return next + 1;
            }

            if (rest is [(byte)'\r', (byte)'\n', ..])
            {
                return next + 2;
            }

            if (rest is [] or [(byte)'\r'])
            {
                scanned = next - 1;
                return -1;
            }

            scanned = next;
        }
    }

    /// <summary>
    /// Whether what has come so far could become a request: its first byte is one that a method can have.
    /// </summary>
    public static bool CouldBeRequest(ReadOnlySpan<byte> bytes) => bytes.IsEmpty || TokenBytes.Contains(bytes[0]);

    /// <summary>Parses a whole head, as <see cref="FindEnd"/> found it.</summary>
    /// <returns>Null when it is good.</returns>
    public static RequestError? Parse(ReadOnlySpan<byte> bytes, out RequestHead head)
    {
        head = default;
        return ParseLine(TakeLine(ref bytes), ref head) ?? ParseFields(bytes, ref head);
    }

    /// <summary>
    /// Parses what another process of this server has received and passed on: a request without fields.
    /// </summary>
    /// <returns>False where this is no target.</returns>
    public static bool TryParse(RequestMethod method, ReadOnlySpan<byte> target, out RequestHead head)
    {
        head = new RequestHead { Method = method, IsHttp11 = true };
        return !target.IsEmpty && ParseTarget(target, ref head) is null;
    }

    /// <summary>Whether a line, without its line end, is a field: <c>NAME: VALUE</c>.</summary>
    /// <param name="colon">Where its name ends.</param>
    internal static bool IsField(ReadOnlySpan<byte> line, out int colon)
    {
        colon = line.IndexOf((byte)':');
        return colon > 0 && !line[..colon].ContainsAnyExcept(TokenBytes) && !line.ContainsAny(NotInField);
    }

    /// <summary>The token (RFC 9110, 5.6.2) that a text begins with; empty where it begins with none.</summary>
    internal static ReadOnlySpan<byte> TokenAt(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExcept(TokenBytes);
        return end < 0 ? text : text[..end];
    }

    private static RequestError? ParseLine(ReadOnlySpan<byte> line, ref RequestHead head)
    {
        var methodEnd = line.IndexOf((byte)' ');
        var targetEnd = line.LastIndexOf((byte)' ');
        if (methodEnd <= 0 || targetEnd <= methodEnd + 1)
        {
            return RequestError.RequestLine;
        }

        var method = line[..methodEnd];
        if (method.ContainsAnyExcept(TokenBytes))
        {
            return RequestError.RequestLine;
        }

        head.Method = MethodOf(method);
        var version = line[(targetEnd + 1)..];
        head.IsHttp11 = version.SequenceEqual("HTTP/1.1"u8);
        if (!head.IsHttp11 && !version.SequenceEqual("HTTP/1.0"u8))
        {
            return version.StartsWith("HTTP/"u8) ? RequestError.Version : RequestError.RequestLine;
        }

        return ParseTarget(line[(methodEnd + 1)..targetEnd], ref head);
    }

    private static RequestError? ParseTarget(ReadOnlySpan<byte> target, ref RequestHead head)
    {
        if (target.ContainsAny(NotInTarget))
        {
            return RequestError.Target;
        }

        head.Target = target;
        if (target[0] == '*')
        {
            head.Path = target;
            return target.Length == 1 && head.Method == RequestMethod.Options ? null : RequestError.Target;
        }

        if (target[0] != '/' && !TakeAuthority(ref target, ref head))
        {
            return RequestError.Target;
        }

        var fragment = target.IndexOf((byte)'#');
        if (fragment >= 0)
        {
            target = target[..fragment];
        }

        var query = target.IndexOf((byte)'?');
        head.Path = query < 0 ? target : target[..query];
        head.Query = query < 0 ? default : target[(query + 1)..];
        head.Path = head.Path.IsEmpty ? "/"u8 : head.Path;
        return null;
    }

    // RFC 9112, 3.2.2: the host of an absolute target counts, whatever the field says.
    private static bool TakeAuthority(scoped ref ReadOnlySpan<byte> target, ref RequestHead head)
    {
        var scheme = target.IndexOf("://"u8);
        if (scheme < 0
            || !(
                Ascii.EqualsIgnoreCase(target[..scheme], "http"u8) || Ascii.EqualsIgnoreCase(
                    target[..scheme], "https"u8)))
        {
            return false;
        }

        var rest = target[(scheme + 3)..];
        var end = rest.IndexOfAny((byte)'/', (byte)'?', (byte)'#');
        head.Host = end < 0 ? rest : rest[..end];
        target = end < 0 ? default : rest[end..];
        return Authority.TryParse(head.Host, out _);
    }

    private static RequestError? ParseFields(ReadOnlySpan<byte> bytes, ref RequestHead head)
    {
        head.Fields = bytes;
        var hasLength = false;
        while (true)
        {
            var line = TakeLine(ref bytes);
            if (line.IsEmpty)
            {
                return hasLength && head.IsChunked ? RequestError.ContentLength : null;
            }

            if (!IsField(line, out var colon))
            {
                return RequestError.Field;
            }

            var error = ParseField(line[..colon], line[(colon + 1)..].Trim(" \t"u8), ref head, ref hasLength);
            if (error is not null)
            {
                return error;
            }
        }
    }

    // Told apart by length first: most fields of a browser are none of these.
    private static RequestError? ParseField(
        scoped ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref RequestHead head, ref bool hasLength)
    {
        switch (name.Length)
        {
            case 4 when Ascii.EqualsIgnoreCase(name, "Host"u8):
                return ParseHost(value, ref head);
            case 6 when Ascii.EqualsIgnoreCase(name, "Expect"u8):
                head.ExpectsContinue = Ascii.EqualsIgnoreCase(value, "100-continue"u8);
                return head.ExpectsContinue ? null : RequestError.Expectation;
            case 10 when Ascii.EqualsIgnoreCase(name, "Connection"u8):
                ParseConnection(value, ref head);
                return null;
            case 14 when Ascii.EqualsIgnoreCase(name, "Content-Length"u8):
                var isNumber = Utf8Parser.TryParse(value, out ulong length, out var used)
                    && used == value.Length && length <= long.MaxValue && char.IsAsciiDigit((char)value[0]);
                if (!isNumber || (hasLength && head.ContentLength != (long)length))
                {
                    return RequestError.ContentLength;
                }

                hasLength = true;
                head.ContentLength = (long)length;
                return null;
            case 17 when Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8):
                return ParseTransferEncoding(value, ref head);
            default:
                return null;
        }
    }

    private static RequestError? ParseHost(ReadOnlySpan<byte> value, ref RequestHead head)
    {
        if (head.HasHostField || (!value.IsEmpty && !Authority.TryParse(value, out _)))
        {
            return RequestError.Host;
        }

        head.HasHostField = true;
        head.Host = head.Host.IsEmpty ? value : head.Host;
        return null;
    }

    private static RequestError? ParseTransferEncoding(scoped ReadOnlySpan<byte> value, ref RequestHead head)
    {
        if (!head.IsHttp11 || head.IsChunked || value.IsEmpty)
        {
            return RequestError.Framing;
        }

        if (Ascii.EqualsIgnoreCase(value, "chunked"u8))
        {
            head.IsChunked = true;
            return null;
        }

        // Of several, chunked is the last and the only one of its kind; then it is the others that are not known here.
        foreach (var range in value[..Math.Max(0, value.LastIndexOf((byte)','))].Split((byte)','))
        {
            if (Ascii.EqualsIgnoreCase(value[range].Trim(" \t"u8), "chunked"u8))
            {
                return RequestError.Framing;
            }
        }

        return RequestError.TransferEncoding;
    }

    private static void ParseConnection(scoped ReadOnlySpan<byte> value, ref RequestHead head)
    {
        foreach (var range in value.Split((byte)','))
        {
            var option = value[range].Trim(" \t"u8);
            if (Ascii.EqualsIgnoreCase(option, "close"u8))
            {
                head.AsksClose = true;
            }
            else if (Ascii.EqualsIgnoreCase(option, "keep-alive"u8))
            {
                head.AsksKeepAlive = true;
            }
        }
    }

    private static RequestMethod MethodOf(ReadOnlySpan<byte> method) => method.Length switch
    {
        3 when method.SequenceEqual("GET"u8) => RequestMethod.Get,
        4 when method.SequenceEqual("POST"u8) => RequestMethod.Post,
        4 when method.SequenceEqual("HEAD"u8) => RequestMethod.Head,
        3 when method.SequenceEqual("PUT"u8) => RequestMethod.Put,
        6 when method.SequenceEqual("DELETE"u8) => RequestMethod.Delete,
        7 when method.SequenceEqual("OPTIONS"u8) => RequestMethod.Options,
        _ => RequestMethod.Other,
    };

    // Takes a line off the front, without its CR LF or LF.
    private static ReadOnlySpan<byte> TakeLine(scoped ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        if (end < 0)
        {
            end = bytes.Length;
        }

        var line = bytes[..end];
        bytes = bytes[Math.Min(end + 1, bytes.Length)..];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    private static byte[] ControlBytes(bool alsoTab) =>
        [.. Enumerable.Range(0, alsoTab ? 0x21 : 0x20).Append(0x7F).Where(b => alsoTab || b != '\t').Select(b =>
            (byte)b)];
}
