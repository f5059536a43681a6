using Halley.Broker;
using Halley.Channels;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>
/// <c>/close</c> ends a channel, <c>/clear</c> forgets its messages; both say the number that would have come next.
/// </summary>
internal sealed class CloseAndClear(IBroker broker)
{
    public void Close(in HttpRequest request, IResponder responder)
    {
        var name = new Parameters(request).Text("cname"u8);
        if (responder.TryRecall("close"u8, out ChannelState? last)
            || responder.TryAwait("close"u8, broker.Close(name), out last))
        {
            Reply(responder, name, last?.Position);
        }
    }

    public void Clear(in HttpRequest request, IResponder responder)
    {
        var name = new Parameters(request).Text("cname"u8);
        if (responder.TryRecall("clear"u8, out StreamPosition? position)
            || responder.TryAwait("clear"u8, broker.Clear(name), out position))
        {
            Reply(responder, name, position);
        }
    }

    private static void Reply(IResponder responder, ReadOnlySpan<byte> name, StreamPosition? known)
    {
        if (known is not { } position)
        {
            var unknown = new ByteBuffer();
            unknown.Write("channel["u8);
            LineText.Write(name, unknown);
            unknown.Write("] not connected\n"u8);
            responder.Reply(Heads.NotConnected, unknown.Written);
            return;
        }

        var body = new ByteBuffer();
        body.Write("ok "u8);
        body.WriteDecimal(position.Offset);
        body.WriteByte((byte)'\n');
        responder.Reply(Heads.AdminHtml, body.Written);
    }
}
