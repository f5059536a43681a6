using Halley.Broker;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.MiniComet;

/// <summary><c>/pub</c>: one message to the subscriber of an id, if there is one.</summary>
internal sealed class Speak(int maxIds, Hub hub, IBroker broker)
{
    private static readonly Retention NotKept = new(0, null);

    public void Handle(in RoutedRequest request, IExchange exchange)
    {
        if (!Id.TryRead(request.Request, maxIds, out var text, out var id) || hub.Find(id) is not { SubscriberCount: > 0 })
        {
            exchange.Reply(Heads.NotConnected, [.. "id: "u8, .. text, .. " not connected\n"u8]);
            return;
        }

        var content = new Parameters(request.Request).Bytes("content"u8);
        broker.Publish(id, new Publication(content) { Retention = NotKept });
        exchange.Reply(Heads.Spoken, "ok\n"u8);
    }
}
