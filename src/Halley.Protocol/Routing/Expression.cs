using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Routing;

/// <summary>
/// Text with variables in it, as nginx writes them: <c>$arg_id</c>, <c>$1</c>, <c>site_${host}</c>. What comes out of a
/// request's address is decoded, once. Compiled once; any thread.
/// </summary>
/// <remarks>
/// Known are $1 to $9 and the names that the location's pattern gives, $arg_NAME, $http_NAME, $cookie_NAME, $uri,
/// $document_uri, $request_uri, $args, $query_string, $host, $request_method.
/// </remarks>
public sealed class Expression
{
    private readonly Piece[] _pieces;

    private Expression(string written, Piece[] pieces)
    {
        Written = written;
        _pieces = pieces;
    }

    private delegate ReadOnlySpan<byte> Reader(in RoutedRequest request);

    public string Written { get; }

    /// <summary>Whether it is the same for every request.</summary>
    public bool IsConstant => Array.TrueForAll(_pieces, piece => piece.Read is null);

    public static Expression Constant(string text) => new(text, [new Piece(Encoding.UTF8.GetBytes(text), null)]);

    /// <param name="location">Where it will be used: its pattern's names are variables too.</param>
    /// <param name="error">What is wrong, and what would be right.</param>
    public static bool TryParse(string written, Location location, out Expression expression, out string error)
    {
        var pieces = new List<Piece>();
        expression = null!;
        error = "";
        var rest = written.AsSpan();
        while (!rest.IsEmpty)
        {
            var dollar = rest.IndexOf('$');
            var text = dollar < 0 ? rest : rest[..dollar];
            if (!text.IsEmpty)
            {
                pieces.Add(new Piece(Encoding.UTF8.GetBytes(text.ToArray()), null));
            }

            if (dollar < 0)
            {
                break;
            }

            rest = rest[(dollar + 1)..];
            var name = TakeName(ref rest);
            if (ReaderOf(name, location) is not { } read)
            {
                error = name.Length == 0
                    ? "a $ wants the name of a variable behind it, such as $arg_id or ${arg_id}"
                    : $"${name} is no variable here; there are $1 to $9 for what the location's pattern captures, "
                        + "$arg_NAME, $http_NAME, $cookie_NAME, $uri, $request_uri, $args, $host and $request_method";
                return false;
            }

            pieces.Add(new Piece([], read));
        }

        expression = new Expression(written, [.. pieces]);
        return true;
    }

    /// <summary>The same for one that was checked.</summary>
    /// <exception cref="ArgumentException">It was not.</exception>
    public static Expression Parse(string written, Location location) =>
        TryParse(written, location, out var expression, out var error)
            ? expression
            : throw new ArgumentException(error, nameof(written));

    /// <summary>Its value for a request; empty where all its variables are.</summary>
    public ReadOnlySpan<byte> Evaluate(in RoutedRequest request)
    {
        if (_pieces.Length == 1)
        {
            return _pieces[0].Value(request);
        }

        var output = new ByteBuffer(64);
        foreach (var piece in _pieces)
        {
            output.Write(piece.Value(request));
        }

        return output.Written;
    }

    /// <summary>
    /// Writes its value as a part of an address: the text as it stands, and of what variables bring every byte encoded
    /// but letters, digits and -._~.
    /// </summary>
    internal void EvaluateEncoded(in RoutedRequest request, ByteBuffer output)
    {
        foreach (var piece in _pieces)
        {
            if (piece.Read is null)
            {
                output.Write(piece.Text);
            }
            else
            {
                UrlEncoding.Encode(piece.Read(request), output);
            }
        }
    }

    private static string TakeName(ref ReadOnlySpan<char> rest)
    {
        if (rest is ['{', ..] && rest.IndexOf('}') is var end and > 0)
        {
            var braced = rest[1..end].ToString();
            rest = rest[(end + 1)..];
            return braced;
        }

        // A number is one digit: $12 is $1 and a 2.
        var length = rest is [>= '0' and <= '9', ..] ? 1 : rest.IndexOfAnyExcept(NameChars);
        length = length < 0 ? rest.Length : length;
        var name = rest[..length].ToString();
        rest = rest[length..];
        return name;
    }

    private static readonly System.Buffers.SearchValues<char> NameChars =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private static Reader? ReaderOf(string name, Location location)
    {
        if (name is [>= '1' and <= '9'])
        {
            var number = name[0] - '0';
            return number <= location.CaptureCount ? (in request) => request.Captures[number] : null;
        }

        if (location.CaptureNames.Contains(name, StringComparer.Ordinal))
        {
            return (in request) => request.Captures[name];
        }

        if (Suffix(name, "arg_") is { } argument)
        {
            return (in request) => Decoded(request.Argument(argument));
        }

        if (Suffix(name, "http_") is { } field)
        {
            field.AsSpan().Replace((byte)'_', (byte)'-');
            return (in request) => request.Request.Field(field);
        }

        if (Suffix(name, "cookie_") is { } cookie)
        {
            return (in request) => CookieOf(request.Request.Field("Cookie"u8), cookie);
        }

        return name switch
        {
            "uri" or "document_uri" => (in request) => request.Request.Path,
            "request_uri" => (in request) => request.Request.Target,
            "args" or "query_string" => (in request) => request.Request.Query,
            "host" => (in request) => HostOf(request.Request.Head.Host),
            "request_method" => (in request) => MethodOf(request.Request.Method),
            _ => null,
        };
    }

    private static byte[]? Suffix(string name, string prefix) =>
        name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal)
            ? Encoding.UTF8.GetBytes(name[prefix.Length..])
            : null;

    private static ReadOnlySpan<byte> Decoded(ReadOnlySpan<byte> value) =>
        UrlEncoding.IsEncoded(value, plusIsSpace: false) ? UrlEncoding.Decode(value, plusIsSpace: false) : value;

    private static ReadOnlySpan<byte> HostOf(ReadOnlySpan<byte> host)
    {
        var end = host is [(byte)'[', ..] ? host.IndexOf((byte)']') + 1 : host.IndexOf((byte)':');
        return end > 0 ? host[..end] : host;
    }

    private static ReadOnlySpan<byte> CookieOf(ReadOnlySpan<byte> cookies, ReadOnlySpan<byte> name)
    {
        foreach (var range in cookies.Split((byte)';'))
        {
            var cookie = cookies[range].Trim(" \t"u8);
            if (cookie.Length > name.Length && cookie.StartsWith(name) && cookie[name.Length] == '=')
            {
                return cookie[(name.Length + 1)..];
            }
        }

        return default;
    }

    private static ReadOnlySpan<byte> MethodOf(RequestMethod method) => method switch
    {
        RequestMethod.Get => "GET"u8,
        RequestMethod.Head => "HEAD"u8,
        RequestMethod.Post => "POST"u8,
        RequestMethod.Put => "PUT"u8,
        RequestMethod.Delete => "DELETE"u8,
        RequestMethod.Options => "OPTIONS"u8,
        _ => default,
    };

    /// <param name="Read">Null for text.</param>
    private readonly record struct Piece(byte[] Text, Reader? Read)
    {
        public ReadOnlySpan<byte> Value(in RoutedRequest request) => Read is null ? Text : Read(request);
    }
}
