using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Access;

/// <summary>
/// Whether the page of another site makes a browser ask. Browsers say so themselves, and no script can make them say
/// otherwise; whoever says nothing of it, such as curl or a back end, is no browser. Any thread.
/// </summary>
public static class OtherSites
{
    /// <summary>Whether a request could change something, or open a WebSocket, which another site's script can read.</summary>
    public static bool MayChange(in HttpRequest request) =>
        request.Method is not (RequestMethod.Get or RequestMethod.Head or RequestMethod.Options) || request.HasField("Upgrade"u8);

    /// <summary>
    /// By Sec-Fetch-Site, where the browser sends it; else by Origin, which is another one's where it names neither the host
    /// that is asked, nor the one that a trusted proxy was asked for.
    /// </summary>
    public static bool IsAsking(in RequestHead head, IExchange exchange)
    {
        var position = 0;
        if (head.TryNextField("Sec-Fetch-Site"u8, ref position, out var site))
        {
            return !(Ascii.EqualsIgnoreCase(site, "same-origin"u8) || Ascii.EqualsIgnoreCase(site, "none"u8));
        }

        position = 0;
        return head.TryNextField("Origin"u8, ref position, out var origin) && !IsOwn(origin, head, exchange);
    }

    /// <summary>Whether an origin is the site that is asked.</summary>
    /// <param name="origin">As the fields Origin and, with a path behind it, Referer have it.</param>
    public static bool IsOwn(ReadOnlySpan<byte> origin, in RequestHead head, IExchange exchange)
    {
        if (!WebOrigin.TryParse(origin, out var parsed))
        {
            return false;
        }

        if (Authority.TryParse(head.Host, out var host) && parsed.IsAt(host))
        {
            return true;
        }

        var position = 0;
        return head.TryNextField("X-Forwarded-Host"u8, ref position, out var forwarded)
            && !exchange.TrustedProxies.AreNone
            && exchange.TrustedProxies.Trusts(exchange.RemoteAddress)
            && Authority.TryParse(FirstOf(forwarded), out var asked)
            && parsed.IsAt(asked);
    }

    // Of several proxies in a row, the first was asked by the browser.
    private static ReadOnlySpan<byte> FirstOf(ReadOnlySpan<byte> list)
    {
        var comma = list.IndexOf((byte)',');
        return (comma < 0 ? list : list[..comma]).Trim(" \t"u8);
    }
}
