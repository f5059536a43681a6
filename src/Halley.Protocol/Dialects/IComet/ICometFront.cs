using Halley.Access;
using Halley.Protocol.Access;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>The paths that subscribers use, behind the address filter. An admin path is unknown here.</summary>
internal sealed class ICometFront(ICometOptions options, Hub hub, TokenAuthority tokens) : IRequestHandler
{
    private readonly AddressRules _rules = options.FrontRules;
    private readonly Subscribe _subscribe = new(options, hub, tokens);
    private readonly Ping _ping = new(options);

    private readonly Transport _poll = Transport.Poll(options.PollingTimeout);
    private readonly Transport _stream = Transport.Stream(options.PollingTimeout);
    private readonly Transport _sse = Transport.ServerSentEvents(options.PollingTimeout);
    private readonly Transport _iframe = Transport.Iframe(options.PollingTimeout);
    private readonly Transport _webSocket = Transport.WebSocket(options.PollingTimeout, options.WebSocketSubprotocols);

    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) => _rules.Allows(head, client);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        var path = request.Path;
        if (!_rules.Allows(request.Head, exchange))
        {
            exchange.Reply(Heads.FrontForbidden, "Your address may not come here.\n"u8);
        }
        else if (IsPreflight(request))
        {
            exchange.Reply(Heads.Preflight, default);
        }
        else if (NoSuchPage.RefuseMethod(request, exchange))
        {
            // Refused.
        }
        else if (path.SequenceEqual("/stream"u8))
        {
            _subscribe.Handle(request, exchange, _stream);
        }
        else if (path.SequenceEqual("/sub"u8) || path.SequenceEqual("/poll"u8))
        {
            _subscribe.Handle(request, exchange, _poll);
        }
        else if (path.SequenceEqual("/sse"u8))
        {
            _subscribe.Handle(request, exchange, _sse);
        }
        else if (path.SequenceEqual("/iframe"u8))
        {
            _subscribe.Handle(request, exchange, _iframe);
        }
        else if (path.SequenceEqual("/ws"u8))
        {
            _subscribe.Handle(request, exchange, _webSocket);
        }
        else if (path.SequenceEqual("/ping"u8))
        {
            _ping.Handle(request, exchange);
        }
        else
        {
            NoSuchPage.Reply(request, exchange);
        }
    }

    // A browser asks first where a page of another site sends fields of its own. Any other OPTIONS gets 501, as from
    // the original.
    private static bool IsPreflight(in HttpRequest request)
    {
        var path = request.Path;
        return request.Method == RequestMethod.Options
            && request.HasField("Origin"u8)
            && request.HasField("Access-Control-Request-Method"u8)
            && (path.SequenceEqual("/sse"u8) || path.SequenceEqual("/stream"u8) || path.SequenceEqual("/sub"u8)
                || path.SequenceEqual("/poll"u8) || path.SequenceEqual("/iframe"u8));
    }
}
