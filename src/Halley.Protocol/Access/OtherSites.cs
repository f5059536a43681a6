using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Access;

/// <summary>
/// Whether the page of another site makes a browser ask. Browsers say so themselves, and no script can make them say
/// otherwise; whoever says nothing of it, such as curl or a back end, is no browser. Any thread.
/// </summary>
public static class OtherSites
{
    /// <summary>
    /// Whether a request could change something, or open a WebSocket, which another site's script can read.
    /// </summary>
    public static bool MayChange(in HttpRequest request) =>
        request.Method is not (RequestMethod.Get or RequestMethod.Head or RequestMethod.Options)
            || request.HasField("Upgrade"u8);

    /// <summary>
    /// Whether the page is another host's, by Sec-Fetch-Site, where a browser says so, and by Origin. Another port of
    /// the same host is no other host: a visitor's cookies are not told apart by ports either.
    /// </summary>
    public static bool IsAsking(in RequestHead head, IResponder responder)
    {
        var position = 0;
        var saysSame = SaysSameOrigin(head);
        return saysSame != true
            && (head.TryNextField("Origin"u8, ref position, out var origin)
                ? !IsOwn(origin, head, responder, portCounts: false)
                : saysSame == false);
    }

    /// <summary>
    /// Reads from Sec-Fetch-Site whether the page is of the same origin, or there is none, since the user asks. Null
    /// where it is not sent.
    /// </summary>
    public static bool? SaysSameOrigin(in RequestHead head)
    {
        var position = 0;
        return head.TryNextField("Sec-Fetch-Site"u8, ref position, out var site)
            ? Ascii.EqualsIgnoreCase(site, "same-origin"u8) || Ascii.EqualsIgnoreCase(site, "none"u8)
            : null;
    }

    /// <summary>Whether an origin is the site that is asked, or that a trusted proxy was asked for.</summary>
    /// <param name="origin">As the fields Origin and, with a path behind it, Referer have it.</param>
    public static bool IsOwn(ReadOnlySpan<byte> origin, in RequestHead head, IResponder responder, bool portCounts)
    {
        if (!WebOrigin.TryParse(origin, out var parsed))
        {
            return false;
        }

        if (Authority.TryParse(head.Host, out var host) && parsed.IsAt(host, portCounts))
        {
            return true;
        }

        var position = 0;
        return head.TryNextField("X-Forwarded-Host"u8, ref position, out var forwarded)
            && !responder.TrustedProxies.AreNone
            && responder.TrustedProxies.Trusts(responder.RemoteAddress)
            && Authority.TryParse(FirstOf(forwarded), out var asked)
            && parsed.IsAt(asked, portCounts);
    }

    // Of several proxies in a row, the first was asked by the browser.
    private static ReadOnlySpan<byte> FirstOf(ReadOnlySpan<byte> list)
    {
        var comma = list.IndexOf((byte)',');
        return (comma < 0 ? list : list[..comma]).Trim(" \t"u8);
    }
}
