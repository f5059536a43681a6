using Halley.Broker;
using Halley.Channels;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>
/// <c>/info</c> counts channels and subscribers, <c>/check</c> says whether a channel exists. Their JSON has blanks, as
/// the original's.
/// </summary>
internal sealed class InfoAndCheck(IBroker broker)
{
    public void Info(in HttpRequest request, IResponder responder)
    {
        var name = new Parameters(request).Text("cname"u8);
        var body = new ByteBuffer();
        if (name.IsEmpty)
        {
            if (!responder.TryRecall("count"u8, out Counts counts)
                && !responder.TryAwait("count"u8, broker.Count(), out counts))
            {
                return;
            }

            body.Write("{\"version\": \"0.2.5\", \"channels\": "u8);
            body.WriteDecimal(counts.Channels);
            body.Write(", \"subscribers\": "u8);
            body.WriteDecimal(counts.Subscribers);
        }
        else
        {
            if (!responder.TryRecall("info"u8, out ChannelState? state)
                && !responder.TryAwait("info"u8, broker.Info(name), out state))
            {
                return;
            }

            body.Write("{\"cname\": \""u8);
            JsonText.Write(name, inScript: true, body);
            body.Write("\", \"subscribers\": "u8);
            body.WriteDecimal(state?.Subscribers ?? 0);
        }

        body.Write("}\n"u8);
        responder.Reply(Heads.AdminHtml, body.Written);
    }

    public void Check(in HttpRequest request, IResponder responder)
    {
        var name = new Parameters(request).Text("cname"u8);
        if (!responder.TryRecall("check"u8, out ChannelState? state)
            && !responder.TryAwait("check"u8, broker.Info(name), out state))
        {
            return;
        }

        var body = new ByteBuffer();
        body.WriteByte((byte)'{');
        if (state is not null)
        {
            body.WriteByte((byte)'"');
            JsonText.Write(name, inScript: true, body);
            body.Write("\": 1"u8);
        }

        body.Write("}\n"u8);
        responder.Reply(Heads.AdminHtml, body.Written);
    }
}
