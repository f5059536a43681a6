using Halley.Channels;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.MiniComet;

/// <summary><c>/sub</c>: a subscriber arrives, and takes the place of the one that had this id.</summary>
internal sealed class Listen(int maxIds, Hub hub)
{
    public void Handle(in RoutedRequest request, IExchange exchange)
    {
        if (!Id.TryRead(request.Request, maxIds, out _, out var id))
        {
            exchange.Reply(Heads.NotFound, default);
            return;
        }

        // Closing the channel ends the answer of whoever was there; the next one of that name is new.
        if (hub.Find(id) is { SubscriberCount: > 0 })
        {
            hub.Close(id, out _);
        }

        var creator = hub.CountsCreators ? exchange.ShareOf(request.Request.Head) : default;
        while (hub.FindOrCreate(id, creator) is { } channel)
        {
            var result = channel.Attach(exchange.Subscription, exchange.Dispatcher, Replay.Nothing, onlyToWait: false);
            if (result.Status == AttachStatus.Attached)
            {
                var output = exchange.Start(Heads.Listening, out var framing);
                LineFormat.WriteLine("welcome"u8, id, "hello world!"u8, framing, output);
                exchange.Hold(LineFormat.Instance, heartbeat: 0);
                return;
            }

            if (result.Status == AttachStatus.TooManySubscribers)
            {
                break;
            }
        }

        exchange.Reply(Heads.Full, default);
    }
}
