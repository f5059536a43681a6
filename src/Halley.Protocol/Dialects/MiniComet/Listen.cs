using Halley.Broker;
using Halley.Channels;
using Halley.Protocol.Clients;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.MiniComet;

/// <summary><c>/sub</c>: a subscriber arrives, and takes the place of the one that had this id.</summary>
internal sealed class Listen(MiniCometOptions options, Hub hub, IBroker broker)
{
    public void Handle(in RoutedRequest request, IExchange exchange)
    {
        if (!Id.TryRead(request.Request, options.MaxIds, out _, out var id))
        {
            exchange.Reply(Heads.NotFound, default);
            return;
        }

        if (!options.Admission.TryAdmit(
            request, exchange, ClientAction.Subscribe, [id], [], out var refusal))
        {
            Heads.Refuse(refusal, exchange);
            return;
        }

        // Closing the channel ends the answer of whoever was there; the next one of that name is new.
        if (!exchange.TryRecall("before"u8, out ChannelState? before)
            && !exchange.TryAwait("before"u8, broker.Info(id), out before))
        {
            return;
        }

        if (before is { Subscribers: > 0 }
            && !exchange.TryRecall("close"u8, out before) && !exchange.TryAwait(
                "close"u8, broker.Close(id), out before))
        {
            return;
        }

        var wish =
            new AttachOptions { Creator = hub.CountsCreators ? exchange.ShareOf(request.Request.Head) : default };
        switch (hub.Attach(id, exchange.Subscription, wish, exchange).Status)
        {
            case AttachStatus.Pending:
                break;
            case AttachStatus.Attached:
                var output = exchange.Start(Heads.Listening, out var framing);
                LineFormat.WriteWelcome(id, framing, output);
                exchange.Hold(LineFormat.Instance, heartbeat: 0);
                break;
            default:
                exchange.Reply(Heads.Full, default);
                break;
        }
    }
}
