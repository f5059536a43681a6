using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// <c>/emulation</c>: commands of a session that is held elsewhere, as another answer of this process or in another
/// one. What they come to is said there.
/// </summary>
internal static class Emulation
{
    public static void Handle(
        CentrifugoNode node, CentrifugoOptions options, in HttpRequest request, IExchange exchange)
    {
        if (request.Method != RequestMethod.Post)
        {
            exchange.Reply(HttpHeads.OnlyPost, "Commands are posted.\n"u8);
            return;
        }

        IWireCodec codec = request.Field("Content-Type"u8).SequenceEqual("application/octet-stream"u8)
            ? ProtobufCodec.Instance
            : JsonCodec.Instance;
        if (codec.ReadEmulation(request.Body, out var said) != WireFault.None || said!.Data.Bytes is not { } commands)
        {
            exchange.Reply(HttpHeads.BadRequest, "The body must be an emulation request: session, node and data.\n"u8);
            return;
        }

        if (commands.Length > options.MaxMessageBytes)
        {
            exchange.Reply(HttpHeads.TooLarge, "The commands are longer than this server takes.\n"u8);
            return;
        }

        if (node.Emulated.TryHear(said.Session, commands))
        {
            exchange.Reply(HttpHeads.Heard, default);
            return;
        }

        // It has ended, where it was here.
        bool? isHeard = false;
        if (said.Node != node.Id
            && !exchange.TryRecall("emulation"u8, out isHeard)
            && !exchange.TryAwait("emulation"u8, node.Emulated.HearElsewhere(said.Session, commands), out isHeard))
        {
            return;
        }

        switch (isHeard)
        {
            case true:
                exchange.Reply(HttpHeads.Heard, default);
                break;
            case false:
                exchange.Reply(HttpHeads.NotFound, "There is no such session.\n"u8);
                break;
            default:
                exchange.Reply(HttpHeads.Busy, "Too many commands are on their way to other processes.\n"u8);
                break;
        }
    }
}
