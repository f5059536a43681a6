using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// What nchan's transports have in common: one is held for as long as its location says, and most are never pinged.
/// </summary>
internal abstract class NchanFormat(TimeSpan? timeToLive) : TransportFormat
{
    /// <inheritdoc/>
    public override TimeSpan? TimeToLive => timeToLive;

    /// <summary>What the body begins with.</summary>
    public virtual void WriteOpening(Framing framing, ByteBuffer output)
    {
    }

    /// <summary>
    /// How an end is called in nchan: by the status that a poll would get. A node that stops says what one whose time
    /// is up says: come again.
    /// </summary>
    protected static string StatusOf(in Ending ending) =>
        ending.Reason == CloseReason.ChannelClosed ? "410 Gone" : "408 Request Timeout";
}
