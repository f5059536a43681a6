using Halley.Broker;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary><c>/broadcast</c>: one message to every channel there is. Answered when the last one has it.</summary>
internal sealed class PushToAll(IBroker broker)
{
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        if (request.Method != RequestMethod.Get)
        {
            exchange.Reply(Heads.BroadcastMethod, default);
            return;
        }

        var parameters = new Parameters(request);
        if (UnreadBody.Refuse(request, parameters, exchange))
        {
            return;
        }

        if (request.HasField("Idempotency-Key"u8))
        {
            exchange.Reply(
                Heads.BadRequest,
                "{\"type\":\"error\",\"message\":\"Idempotency-Key is not taken here: only a message to one channel can be repeated\"}\n"u8);
            return;
        }

        var content = parameters.Bytes("content"u8);
        if (exchange.TryRecall("broadcast"u8, out long _)
            || exchange.TryAwait("broadcast"u8, broker.PublishToAll(content, exchange.Dispatcher), out _))
        {
            exchange.Reply(Heads.AdminUntyped, "ok\n"u8);
        }
    }
}
