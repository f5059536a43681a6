using System.Text;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// The answer to a long poll: one message, with its id in the head. It owes its head until there is one.
/// </summary>
/// <param name="origin">What is said of origins.</param>
internal sealed class PollFormat(TimeSpan? timeToLive, string[] origin) : NchanFormat(timeToLive)
{
    private LastHead _last;

    /// <inheritdoc/>
    public override bool EndsWithMessage => true;

    /// <inheritdoc/>
    public override ResponseHead HeadFor(Message message) =>
        _last.For(message, this, static (format, message) => format.MakeHead(message));

    /// <inheritdoc/>
    public override ResponseHead HeadFor(in Ending ending) => Heads.Get(StatusOf(ending), null, origin, Heads.Vary);

    private ResponseHead MakeHead(Message message)
    {
        var type = message.Labels?.ContentType is { } bytes ? Encoding.Latin1.GetString(bytes) : null;
        return Heads.ForMessage(message.Stamp, type, origin);
    }

    /// <summary>The head of an answer without a message, to who does not wait for one.</summary>
    public ResponseHead HeadOfNothing() => Heads.Get("304 Not Modified", null, origin, Heads.Vary);

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        if (!message.Payload.IsEmpty)
        {
            var piece = framing.Begin(output);
            LargeMessages.WritePayload(message, output);
            framing.End(output, piece);
        }
    }
}
