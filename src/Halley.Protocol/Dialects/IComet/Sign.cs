using Halley.Access;
using Halley.Broker;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary><c>/sign</c>: a back end lets a channel be, and gets the token that lets subscribers in.</summary>
internal sealed class Sign(ICometOptions options, HubOptions limits, IBroker broker, TokenAuthority tokens)
{
    // The original always points at most 10 messages back, whatever the channel keeps; where it keeps more, so do we.
    private const int OriginalStepsBack = 10;

    private readonly ChannelName _name = new(options);
    private readonly int _stepsBack = Math.Max(OriginalStepsBack, limits.HistorySize);
    private readonly long _pollingTimeout = (long)options.PollingTimeout.TotalSeconds;
    private readonly TimeSpan _idleTimeout = limits.IdleTimeout;

    public void Handle(in HttpRequest request, IResponder responder)
    {
        var parameters = new Parameters(request);
        if (!Callback.TryRead(parameters, responder, out var callback)
            || !_name.TryRead(parameters, responder, out var name))
        {
            return;
        }

        var expires = parameters.Number("expires"u8);
        var keepFor = expires > 0 ? TimeSpan.FromSeconds(Math.Min(expires, int.MaxValue)) : _idleTimeout;
        if (!responder.TryRecall("sign"u8, out Reservation? reservation)
            && !responder.TryAwait("sign"u8, broker.Reserve(name, keepFor, _stepsBack), out reservation))
        {
            return;
        }

        if (reservation is not { } channel)
        {
            responder.Reply(Heads.TooManyChannels, default);
            return;
        }

        Span<byte> token = stackalloc byte[TokenAuthority.TokenLength];
        tokens.Sign(name, channel.Position.Epoch, token);

        var body = new ByteBuffer();
        body.Write("{\"type\":\"sign\",\"cname\":\""u8);
        JsonText.Write(name, inScript: true, body);
        body.Write("\",\"seq\":"u8);
        body.WriteDecimal(channel.Oldest);
        body.Write(",\"token\":\""u8);
        body.Write(token);
        body.Write("\",\"expires\":"u8);
        body.WriteDecimal((long)keepFor.TotalSeconds);
        body.Write(",\"sub_timeout\":"u8);
        body.WriteDecimal(_pollingTimeout);
        if (parameters.Has("epoch"u8))
        {
            body.Write(",\"epoch\":\""u8);
            body.WriteDecimal(channel.Position.Epoch);
            body.WriteByte((byte)'"');
        }

        body.Write("}\n"u8);
        callback.Reply(responder, Heads.AdminHtml, Heads.AdminScript, body.Written);
    }
}
