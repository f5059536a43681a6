using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>
/// <c>/ping</c>: tells a page how long a poll may take. A script always: without <c>cb</c> it calls <c>icomet_cb</c>.
/// </summary>
internal sealed class Ping(ICometOptions options)
{
    private readonly long _seconds = (long)options.PollingTimeout.TotalSeconds;

    public void Handle(in HttpRequest request, IResponder responder)
    {
        if (Callback.TryRead(new Parameters(request), responder, out var callback))
        {
            var body = new ByteBuffer();
            body.Write(callback.IsGiven ? callback.Name : "icomet_cb"u8);
            body.Write("({\"type\":\"ping\",\"sub_timeout\":"u8);
            body.WriteDecimal(_seconds);
            body.Write("});\n"u8);
            responder.Reply(Heads.Ping, body.Written);
        }
    }
}
