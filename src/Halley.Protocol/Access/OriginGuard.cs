using System.Net;
using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Access;

/// <summary>
/// Stands before what subscribers and clients use: whose pages may make a browser ask there. Where origins are listed,
/// pages from there, and this server's own. Where none are, any page, but for one case: a server that is asked by a
/// name of this machine alone (<c>localhost</c>) is somebody's own, and a page from elsewhere has no business there.
/// </summary>
public sealed class OriginGuard : IRequestHandler
{
    private static readonly ResponseHead Forbidden =
        new("403 Forbidden", ["Content-Type: text/plain; charset=utf-8"]) { Closes = true };

    private readonly IRequestHandler _handler;
    private readonly SiteRules? _rules;

    /// <param name="allowed">
    /// Origins, as <see cref="SiteRules"/> reads them; none for the rule that is built in.
    /// </param>
    public OriginGuard(IRequestHandler handler, IReadOnlyCollection<string> allowed) =>
        (_handler, _rules) = (handler, allowed.Count == 0 ? null : new SiteRules(allowed));

    /// <summary>Lets nobody's pages come but its own and those that are listed, however it is asked for.</summary>
    public OriginGuard(IRequestHandler handler, SiteRules rules) => (_handler, _rules) = (handler, rules);

    private static ReadOnlySpan<byte> Sentence =>
        "A page of another site asks this: list its origin in allowed_origins of this port, if it may.\n"u8;

    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) =>
        IsAllowed(head, client) && _handler.Admits(head, client);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        if (IsAllowed(request.Head, exchange))
        {
            _handler.Handle(request, exchange);
        }
        else
        {
            exchange.Reply(Forbidden, Sentence);
        }
    }

    // A preflight is answered by the endpoint, and gives nothing away; the request behind it is looked at.
    private bool IsAllowed(in RequestHead head, IResponder client) => _rules is null
        ? head.Method == RequestMethod.Options || !IsOfThisMachine(head.Host) || IsAskedHere(head)
        : _rules.AllowsSite(head, client);

    private static bool IsOfThisMachine(ReadOnlySpan<byte> text) =>
        Authority.TryParse(text, out var host) && IsLoopback(host.Host);

    // By nobody's page, or by one of this machine. Sites have no ports: what is on another port is of the same site.
    private static bool IsAskedHere(in RequestHead head)
    {
        var position = 0;
        var hasSite = head.TryNextField("Sec-Fetch-Site"u8, ref position, out var site);
        if (hasSite && !Ascii.EqualsIgnoreCase(site, "cross-site"u8))
        {
            return true;
        }

        position = 0;
        var hasSource = head.TryNextField("Origin"u8, ref position, out var source);
        if (!hasSource)
        {
            position = 0;
            hasSource = head.TryNextField("Referer"u8, ref position, out source);
        }

        return hasSource
            ? WebOrigin.TryParse(source, out var origin) && IsLoopback(origin.Host)
            : !hasSite;
    }

    // Also by the address that means any: a browser that connects there on Linux comes to this machine.
    private static bool IsLoopback(ReadOnlySpan<byte> host)
    {
        var name = host is [.., (byte)'.'] ? host[..^1] : host;
        var text = name is [(byte)'[', .., (byte)']'] ? name[1..^1] : name;
        return Ascii.EqualsIgnoreCase(name, "localhost"u8)
            || Ascii.EqualsIgnoreCase(name, "ip6-localhost"u8)
            || Ascii.EqualsIgnoreCase(name, "ip6-loopback"u8)
            || (name.Length > 10 && Ascii.EqualsIgnoreCase(name[^10..], ".localhost"u8))
            || (ForwardedAddress.TryReadBare(text, out var address)
                && (IPAddress.IsLoopback(address)
                    || address.Equals(IPAddress.Any)
                    || address.Equals(IPAddress.IPv6Any)));
    }
}
