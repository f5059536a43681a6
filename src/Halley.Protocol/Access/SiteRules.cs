using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Access;

/// <summary>
/// The sites whose pages may command a server, and the names by which it may be asked: those that the operator lists,
/// beside its own pages, addresses, localhost and names without a dot. Such names no stranger can register and point
/// here, as DNS rebinding does. Immutable; any thread.
/// </summary>
public sealed class SiteRules
{
    private readonly Entry[] _entries;
    private readonly bool _allowsAll;

    /// <param name="allowed">As <see cref="IsEntry"/> has them.</param>
    public SiteRules(IReadOnlyCollection<string> allowed)
    {
        _allowsAll = allowed.Contains("*");
        _entries = [.. allowed.Select(text => TryParse(text, out var entry) ? entry : new Entry([], [], 0))];
    }

    /// <summary>
    /// Whether this is an origin (<c>https://ops.example.com</c>), a host name (<c>halley.example.com</c>), or <c>*</c>
    /// for all of both.
    /// </summary>
    public static bool IsEntry(string text) => text == "*" || TryParse(text, out _);

    /// <summary>Whether the name that is asked for is one of this server's.</summary>
    public bool AllowsHost(in RequestHead head) =>
        _allowsAll || !Authority.TryParse(head.Host, out var host) || IsOurs(host.Host) || IsListed(host.Host);

    /// <summary>Whether no page of another site asks, or one whose origin is listed.</summary>
    public bool AllowsSite(in RequestHead head, IResponder responder)
    {
        if (_allowsAll)
        {
            return true;
        }

        // The field Origin, or what is left where a browser sends none, as with an image.
        var position = 0;
        var hasSource = head.TryNextField("Origin"u8, ref position, out var source);
        if (!hasSource)
        {
            position = 0;
            hasSource = head.TryNextField("Referer"u8, ref position, out source);
        }

        var isOwn = OtherSites.SaysSameOrigin(head)
            ?? (!hasSource || OtherSites.IsOwn(source, head, responder, portCounts: true));
        return isOwn || (hasSource && WebOrigin.TryParse(source, out var origin) && IsListed(origin));
    }

    private static bool TryParse(string text, out Entry entry)
    {
        entry = default;
        var bytes = Encoding.UTF8.GetBytes(text);

        // A star is a sign like others in a name, but who writes one means many.
        if (text.Contains('*', StringComparison.Ordinal))
        {
            return false;
        }

        if (!text.Contains('/', StringComparison.Ordinal))
        {
            var isHost = Authority.TryParse(bytes, out var authority);
            entry = isHost ? new Entry([], authority.Host.ToArray(), 0) : default;
            return isHost && text != "null";
        }

        var isOrigin = WebOrigin.TryParse(bytes, out var origin)
            && origin.Port > 0
            && text.TrimEnd('/').Count(c => c == '/') == 2;
        entry = isOrigin ? new Entry(origin.Scheme.ToArray(), origin.Host.ToArray(), origin.Port) : default;
        return isOrigin;
    }

    private static bool IsOurs(ReadOnlySpan<byte> host)
    {
        var name = host is [.., (byte)'.'] ? host[..^1] : host;
        return host[0] == '['
            || !name.Contains((byte)'.')
            || ForwardedAddress.TryReadBare(name, out _)
            || (name.Length > 10 && Ascii.EqualsIgnoreCase(name[^10..], ".localhost"u8));
    }

    private bool IsListed(ReadOnlySpan<byte> host)
    {
        foreach (var entry in _entries)
        {
            if (WebOrigin.IsSameHost(entry.Host, host))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsListed(WebOrigin origin)
    {
        foreach (var entry in _entries)
        {
            if (entry.Port == origin.Port
                && Ascii.EqualsIgnoreCase(entry.Scheme, origin.Scheme)
                && WebOrigin.IsSameHost(entry.Host, origin.Host))
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="Scheme">Empty for a host name alone.</param>
    /// <param name="Port">0 for a host name alone.</param>
    private readonly record struct Entry(byte[] Scheme, byte[] Host, int Port);
}
