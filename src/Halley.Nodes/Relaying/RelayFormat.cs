using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Nodes.Relaying;

/// <summary>What another node says to one subscriber, handed on as it comes: that node has written it in its transport's words already.</summary>
internal sealed class RelayFormat(IWebSocketReceiver? receiver) : TransportFormat
{
    private volatile bool _isWhole;
    private volatile int _code = (int)CloseCode.GoingAway;

    /// <inheritdoc/>
    public override bool IsShared => false;

    /// <inheritdoc/>
    public override bool EndsWithMessage => false;

    /// <inheritdoc/>
    public override TimeSpan? HeartbeatInterval => null;

    /// <inheritdoc/>
    public override IWebSocketReceiver Receiver => receiver ?? base.Receiver;

    /// <summary>The other node has ended its answer as it should.</summary>
    /// <param name="code">How it closed a WebSocket.</param>
    public void EndsWhole(CloseCode code = CloseCode.Normal) => (_code, _isWhole) = ((int)code, true);

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        LargeMessages.WritePayload(message, output);
        framing.End(output, piece);
    }

    /// <inheritdoc/>
    public override void WriteHeartbeat(ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output)
    {
    }

    /// <inheritdoc/>
    public override void WriteEnd(ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
    {
    }

    /// <inheritdoc/>
    public override bool IsWholeAfter(CloseReason reason) => _isWhole;

    /// <inheritdoc/>
    public override CloseCode CloseCodeFor(CloseReason reason) => (CloseCode)_code;
}
