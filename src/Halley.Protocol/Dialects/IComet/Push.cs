using System.Text;
using Halley.Broker;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>
/// <c>/push</c> and <c>/pub</c>: one message to one channel. They differ in what <c>content</c> is: text, or the inside
/// of a JSON string.
/// </summary>
internal sealed class Push(ICometOptions options, IBroker broker)
{
    private readonly ChannelName _name = new(options);

    public void Handle(in HttpRequest request, IResponder responder, MessageTraits traits)
    {
        if (request.Method is not (RequestMethod.Get or RequestMethod.Post))
        {
            responder.Reply(Heads.PushMethod, default);
            return;
        }

        var parameters = new Parameters(request);
        if (!Callback.TryRead(parameters, responder, out var callback)
            || !_name.TryReadNamed(parameters, responder, out var name)
            || UnreadBody.Refuse(request, parameters, responder))
        {
            return;
        }

        if (!IdempotencyKey.TryRead(request, out var key))
        {
            responder.Reply(Heads.BadRequest, ErrorOf(IdempotencyKey.Fault));
            return;
        }

        var publication = new Publication(parameters.Bytes("content"u8))
        {
            Traits = traits,
            Labels = TraceFields.LabelsWith(null, request.Head),
            IdempotencyKey = key,
        };
        if (!responder.TryRecall("push"u8, out PublishResult result)
            && !responder.TryAwait("push"u8, broker.Publish(name, publication), out result))
        {
            return;
        }

        switch (result.Status)
        {
            case PublishStatus.Published:
                callback.Reply(responder, Heads.AdminScript, Heads.AdminScript, "{\"type\":\"ok\"}\n"u8);
                break;
            case PublishStatus.TooManyChannels:
                responder.Reply(Heads.TooManyChannels, default);
                break;
            case PublishStatus.OutOfMemory:
                responder.Reply(Heads.OutOfMemory, "channels keep as much as they may; publish again later\n"u8);
                break;
            case PublishStatus.KeyReused:
                responder.Reply(Heads.KeyReused, ErrorOf(IdempotencyKey.Reused));
                break;
            case PublishStatus.TooManyKeys:
                responder.Reply(Heads.OutOfMemory, Encoding.ASCII.GetBytes(IdempotencyKey.TooMany + "\n"));
                break;
            default:
                responder.Reply(Heads.OutOfMemory, "the channel was closed meanwhile; publish again\n"u8);
                break;
        }
    }

    private static byte[] ErrorOf(string sentence) =>
        Encoding.ASCII.GetBytes($"{{\"type\":\"error\",\"message\":\"{sentence}\"}}\n");
}
