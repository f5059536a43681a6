using Halley.Access;
using Halley.Broker;
using Halley.Protocol.Access;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>
/// The paths that publishers and operators use, behind the address filter. A front path is unknown here.
/// </summary>
internal sealed class ICometAdmin(
    ICometOptions options, HubOptions limits, IBroker broker, TokenAuthority tokens) : IRequestHandler
{
    private readonly AddressRules _rules = options.AdminRules;
    private readonly Push _push = new(options, broker);
    private readonly PushToAll _broadcast = new(broker);
    private readonly Sign _sign = new(options, limits, broker, tokens);
    private readonly CloseAndClear _channel = new(broker);
    private readonly InfoAndCheck _info = new(broker);
    private readonly FollowPresence _presence = new(broker);

    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) => _rules.Admits(head, client);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        var path = request.Path;
        if (!_rules.Admits(request.Head, exchange))
        {
            exchange.Reply(Heads.AdminForbidden, default);
        }
        else if (NoSuchPage.RefuseMethod(request, exchange))
        {
            // Refused.
        }
        else if (path.SequenceEqual("/push"u8))
        {
            _push.Handle(request, exchange, MessageTraits.None);
        }
        else if (path.SequenceEqual("/pub"u8))
        {
            _push.Handle(request, exchange, MessageTraits.JsonEscaped);
        }
        else if (path.SequenceEqual("/broadcast"u8))
        {
            _broadcast.Handle(request, exchange);
        }
        else if (path.SequenceEqual("/sign"u8))
        {
            _sign.Handle(request, exchange);
        }
        else if (path.SequenceEqual("/close"u8))
        {
            _channel.Close(request, exchange);
        }
        else if (path.SequenceEqual("/clear"u8))
        {
            _channel.Clear(request, exchange);
        }
        else if (path.SequenceEqual("/info"u8))
        {
            _info.Info(request, exchange);
        }
        else if (path.SequenceEqual("/check"u8))
        {
            _info.Check(request, exchange);
        }
        else if (path.SequenceEqual("/psub"u8))
        {
            _presence.Handle(request, exchange);
        }
        else
        {
            NoSuchPage.Reply(request, exchange);
        }
    }
}
