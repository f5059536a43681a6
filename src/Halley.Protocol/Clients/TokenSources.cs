using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Clients;

/// <summary>
/// The places in which a request may show its token, in this order: as <c>Authorization: Bearer TOKEN</c>; as an
/// argument of the query, for browsers, whose EventSource and WebSocket send no fields; as a cookie.
/// </summary>
/// <param name="Query">The argument's name; empty for none.</param>
/// <param name="Cookie">The cookie's name; empty for none.</param>
public sealed record TokenSources(string Query, string Cookie)
{
    private readonly byte[] _query = Encoding.ASCII.GetBytes(Query);
    private readonly byte[] _cookie = Encoding.ASCII.GetBytes(Cookie);

    /// <summary>The places in words: a cookie that a browser sends by itself is not mentioned.</summary>
    public string Wanted =>
        "Authorization: Bearer TOKEN" + (Query.Length > 0 ? $", or {Query}=TOKEN in the query" : "");

    /// <summary>The places that one is taken from, in words.</summary>
    public string Places => string.Join(" or ", new[]
    {
        "Authorization",
        Query.Length > 0 ? $"the query's {Query}" : null,
        Cookie.Length > 0 ? $"the cookie {Cookie}" : null,
    }.OfType<string>());

    /// <summary>The token of a request.</summary>
    /// <param name="isAmbient">
    /// Whether it is one that a browser sends by itself, so that the page of another site can make it do that.
    /// </param>
    /// <returns>Empty where there is none.</returns>
    public ReadOnlySpan<byte> Find(in HttpRequest request, out bool isAmbient)
    {
        isAmbient = false;
        var credentials = request.Field("Authorization"u8);
        if (credentials.Length > 7 && Ascii.EqualsIgnoreCase(credentials[..7], "bearer "u8))
        {
            return credentials[7..].Trim((byte)' ');
        }

        if (_query.Length > 0
            && Parameters.TryFind(request.Query, _query, out var argument)
            && !argument.IsEmpty)
        {
            return UrlEncoding.Decode(argument, plusIsSpace: false);
        }

        isAmbient = true;
        return _cookie.Length > 0 ? CookieOf(request) : default;
    }

    private ReadOnlySpan<byte> CookieOf(in HttpRequest request)
    {
        var position = 0;
        while (request.TryNextField("Cookie"u8, ref position, out var field))
        {
            foreach (var range in field.Split((byte)';'))
            {
                var pair = field[range].Trim(" \t"u8);
                if (pair.Length > _cookie.Length && pair[_cookie.Length] == '=' && pair.StartsWith(_cookie))
                {
                    return pair[(_cookie.Length + 1)..].Trim((byte)'"');
                }
            }
        }

        return default;
    }
}
