using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary><c>/info</c> counts channels and subscribers, <c>/check</c> says whether a channel exists. Their JSON has blanks, as the original's.</summary>
internal sealed class InfoAndCheck(Hub hub)
{
    public void Info(in HttpRequest request, IExchange exchange)
    {
        var name = new Parameters(request).Text("cname"u8);
        var body = new ByteBuffer();
        if (name.IsEmpty)
        {
            body.Write("{\"version\": \"0.2.5\", \"channels\": "u8);
            body.WriteDecimal(hub.ChannelCount);
            body.Write(", \"subscribers\": "u8);
            body.WriteDecimal(hub.SubscriberCount);
        }
        else
        {
            body.Write("{\"cname\": \""u8);
            JsonText.Write(name, inScript: true, body);
            body.Write("\", \"subscribers\": "u8);
            body.WriteDecimal(hub.Find(name)?.SubscriberCount ?? 0);
        }

        body.Write("}\n"u8);
        exchange.Reply(Heads.AdminHtml, body.Written);
    }

    public void Check(in HttpRequest request, IExchange exchange)
    {
        var name = new Parameters(request).Text("cname"u8);
        var body = new ByteBuffer();
        body.WriteByte((byte)'{');
        if (hub.Find(name) is not null)
        {
            body.WriteByte((byte)'"');
            JsonText.Write(name, inScript: true, body);
            body.Write("\": 1"u8);
        }

        body.Write("}\n"u8);
        exchange.Reply(Heads.AdminHtml, body.Written);
    }
}
