using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary><c>/close</c> ends a channel, <c>/clear</c> forgets its messages; both say the number that would have come next.</summary>
internal sealed class CloseAndClear(Hub hub)
{
    public void Close(in HttpRequest request, IExchange exchange)
    {
        var name = new Parameters(request).Text("cname"u8);
        if (hub.Close(name, out var position))
        {
            Reply(exchange, position);
        }
        else
        {
            ReplyNotConnected(exchange, name);
        }
    }

    public void Clear(in HttpRequest request, IExchange exchange)
    {
        var name = new Parameters(request).Text("cname"u8);
        if (hub.Find(name) is { } channel)
        {
            Reply(exchange, channel.Clear());
        }
        else
        {
            ReplyNotConnected(exchange, name);
        }
    }

    private static void Reply(IExchange exchange, StreamPosition position)
    {
        var body = new ByteBuffer();
        body.Write("ok "u8);
        body.WriteDecimal(position.Offset);
        body.WriteByte((byte)'\n');
        exchange.Reply(Heads.AdminHtml, body.Written);
    }

    private static void ReplyNotConnected(IExchange exchange, ReadOnlySpan<byte> name)
    {
        var body = new ByteBuffer();
        body.Write("channel["u8);
        LineText.Write(name, body);
        body.Write("] not connected\n"u8);
        exchange.Reply(Heads.NotConnected, body.Written);
    }
}
