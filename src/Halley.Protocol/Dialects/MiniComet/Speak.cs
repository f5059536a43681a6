using System.Text;
using Halley.Broker;
using Halley.Channels;
using Halley.Protocol.Clients;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.MiniComet;

/// <summary><c>/pub</c>: one message to the subscriber of an id, if there is one.</summary>
internal sealed class Speak(MiniCometOptions options, IBroker broker)
{
    private static readonly Retention NotKept = new(0, null);

    public void Handle(in RoutedRequest request, IExchange exchange)
    {
        if (FormBody.Read(request.Request, out var form) is { } fault)
        {
            exchange.Reply(Heads.NotRead(fault.Status), Encoding.UTF8.GetBytes(fault.Sentence + "\n"));
            return;
        }

        if (!IdempotencyKey.TryRead(request.Request, out var key))
        {
            exchange.Reply(Heads.NotRead("400 Bad Request"), Encoding.ASCII.GetBytes(IdempotencyKey.Fault + "\n"));
            return;
        }

        var read = new HttpRequest(request.Request.Head, request.Request.Path, form);
        ChannelState? listener = null;
        var isId = Id.TryRead(read, options.MaxIds, out var text, out var id);
        if (isId && !options.Admission.TryAdmit(
            request, exchange, ClientAction.Publish, [id], [], out var refusal))
        {
            Heads.Refuse(refusal, exchange);
            return;
        }

        if (isId
            && !exchange.TryRecall("listener"u8, out listener)
            && !exchange.TryAwait("listener"u8, broker.Info(id), out listener))
        {
            return;
        }

        if (listener is not { Subscribers: > 0 })
        {
            exchange.Reply(Heads.NotConnected, [.. "id: "u8, .. text, .. " not connected\n"u8]);
            return;
        }

        var content = new Parameters(read).Bytes("content"u8);
        var publication = new Publication(content)
        {
            Labels = TraceFields.LabelsWith(null, read.Head),
            Retention = NotKept,
            IdempotencyKey = key,
        };
        if (exchange.TryRecall("publish"u8, out PublishResult result)
            || exchange.TryAwait("publish"u8, broker.Publish(id, publication), out result))
        {
            Answer(result.Status, exchange);
        }
    }

    private static void Answer(PublishStatus status, IResponder responder)
    {
        switch (status)
        {
            case PublishStatus.Published:
                responder.Reply(Heads.Spoken, "ok\n"u8);
                break;
            case PublishStatus.KeyReused:
                responder.Reply(
                    Heads.NotRead("422 Unprocessable Content"), Encoding.ASCII.GetBytes(IdempotencyKey.Reused + "\n"));
                break;
            case PublishStatus.TooManyKeys:
                responder.Reply(Heads.Full, Encoding.ASCII.GetBytes(IdempotencyKey.TooMany + "\n"));
                break;
            default:
                responder.Reply(Heads.Full, "not published; publish again later\n"u8);
                break;
        }
    }
}
