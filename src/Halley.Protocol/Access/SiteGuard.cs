using Halley.Protocol.Http;

namespace Halley.Protocol.Access;

/// <summary>
/// Stands before a handler of publishers and operators: a browser that the page of another site makes ask is refused,
/// and so is one that was told a name of this server which is none (DNS rebinding).
/// </summary>
public sealed class SiteGuard : IRequestHandler
{
    private static readonly ResponseHead Forbidden =
        new("403 Forbidden", ["Server: icomet 0.2.5", "Content-Type: text/plain; charset=utf-8"]) { Closes = true };

    private readonly IRequestHandler _handler;
    private readonly SiteRules _rules;
    private readonly byte[][] _readable;
    private readonly byte[][] _open;
    private readonly ApiKeys? _keys;

    /// <param name="readable">
    /// Paths that change nothing, which any page may make a browser GET: it lets no script of another site see the
    /// answer.
    /// </param>
    /// <param name="open">Paths that any page may GET, and by any name, since all they tell may be known.</param>
    /// <param name="keys">A request that shows one of them is let pass: no page of another site knows one.</param>
    public SiteGuard(
        IRequestHandler handler,
        SiteRules rules,
        IEnumerable<string> readable,
        IEnumerable<string> open,
        ApiKeys? keys = null)
    {
        _keys = keys;
        _handler = handler;
        _rules = rules;
        _readable = [.. readable.Select(System.Text.Encoding.ASCII.GetBytes)];
        _open = [.. open.Select(System.Text.Encoding.ASCII.GetBytes)];
    }

    private static ReadOnlySpan<byte> OtherHost =>
        "The host that is asked for is none of this server's: ask by an address, by localhost or by a name without "u8
        + "a dot, or list the name in allowed_origins.\n"u8;

    private static ReadOnlySpan<byte> OtherSite =>
        "A page of another site asks this: list its origin in allowed_origins, if it may.\n"u8;

    private enum Verdict
    {
        Allowed,
        OtherHost,
        OtherSite,
    }

    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) =>
        Judge(head.Path, head, client) == Verdict.Allowed && _handler.Admits(head, client);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        switch (Judge(request.Path, request.Head, exchange))
        {
            case Verdict.OtherHost:
                exchange.Reply(Forbidden, OtherHost);
                break;
            case Verdict.OtherSite:
                exchange.Reply(Forbidden, OtherSite);
                break;
            default:
                _handler.Handle(request, exchange);
                break;
        }
    }

    private Verdict Judge(ReadOnlySpan<byte> path, in RequestHead head, IResponder client)
    {
        var isGet = head.Method is RequestMethod.Get or RequestMethod.Head;
        if ((isGet && IsAmong(_open, path)) || _keys?.IsShownBy(head) == true)
        {
            return Verdict.Allowed;
        }

        if (!_rules.AllowsHost(head))
        {
            return Verdict.OtherHost;
        }

        return (isGet && IsAmong(_readable, path)) || _rules.AllowsSite(head, client)
            ? Verdict.Allowed
            : Verdict.OtherSite;
    }

    private static bool IsAmong(byte[][] paths, ReadOnlySpan<byte> path)
    {
        foreach (var known in paths)
        {
            if (path.SequenceEqual(known))
            {
                return true;
            }
        }

        return false;
    }
}
