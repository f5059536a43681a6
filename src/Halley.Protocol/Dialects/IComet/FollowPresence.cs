using Halley.Broker;
using Halley.Channels;
using Halley.Presence;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>
/// <c>/psub</c>: a back end follows the comings and goings of channels, a line for each: <c>1 NAME</c> is here, <c>0
/// NAME</c> is gone.
/// </summary>
internal sealed class FollowPresence(IBroker broker)
{
    private static readonly TransportFormat Lines = new PresenceFormat();

    public void Handle(in HttpRequest request, IExchange exchange)
    {
        if (request.Method == RequestMethod.Head)
        {
            exchange.Reply(Heads.AdminUntyped, default);
            return;
        }

        var result = broker.FollowPresence(exchange.Subscription, exchange.Dispatcher);
        if (result.Status != AttachStatus.Attached)
        {
            exchange.Reply(Heads.TooManyFollowers, default);
            return;
        }

        exchange.Start(Heads.AdminUntyped, out _);
        exchange.Hold(Lines, heartbeat: 0);
    }

    private sealed class PresenceFormat : TransportFormat
    {
        /// <inheritdoc/>
        public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
        {
            var isHere = PresenceFeed.IsHere(message, out var name);
            var piece = framing.Begin(output);
            output.Write(isHere ? "1 "u8 : "0 "u8);
            LineText.Write(name, output);
            output.WriteByte((byte)'\n');
            framing.End(output, piece);
        }

        /// <inheritdoc/>
        public override bool IsWholeAfter(CloseReason reason) =>
            reason is not (CloseReason.Shutdown or CloseReason.Draining or CloseReason.Interrupted);
    }
}
