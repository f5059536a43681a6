using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// The common part of nchan's transports: one is held for as long as its location says, and most are never pinged.
/// </summary>
internal abstract class NchanFormat(TimeSpan? timeToLive) : TransportFormat
{
    /// <inheritdoc/>
    public override TimeSpan? TimeToLive => timeToLive;

    /// <summary>Writes the beginning of the body.</summary>
    public virtual void WriteOpening(Framing framing, ByteBuffer output)
    {
    }

    /// <summary>
    /// Names an end in nchan's words: by the status that a poll would get. A node that stops says what one whose time
    /// is up says: come again.
    /// </summary>
    protected static string StatusOf(in Ending ending) => ending.Reason switch
    {
        CloseReason.ChannelClosed => "410 Gone",
        CloseReason.PermissionEnded => "401 Unauthorized",
        _ => "408 Request Timeout",
    };
}
