using Halley.Broker;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary><c>/broadcast</c>: one message to every channel there is. Answered when the last one has it.</summary>
internal sealed class PushToAll(IBroker broker)
{
    public void Handle(in HttpRequest request, IResponder responder)
    {
        if (request.Method != RequestMethod.Get)
        {
            responder.Reply(Heads.BroadcastMethod, default);
            return;
        }

        var parameters = new Parameters(request);
        if (UnreadBody.Refuse(request, parameters, responder))
        {
            return;
        }

        if (request.HasField("Idempotency-Key"u8))
        {
            responder.Reply(
                Heads.BadRequest,
                "{\"type\":\"error\",\"message\":\"Idempotency-Key is not taken here: only a message to "u8
                + "one channel can be repeated\"}\n"u8);
            return;
        }

        var content = parameters.Bytes("content"u8);
        if (responder.TryRecall("broadcast"u8, out long _)
            || responder.TryAwait("broadcast"u8, broker.PublishToAll(content, responder.Dispatcher), out _))
        {
            responder.Reply(Heads.AdminUntyped, "ok\n"u8);
        }
    }
}
