using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// The transport of one subscriber to several channels, in the order of stamps; see <see cref="SeveralChannels"/>.
/// Belongs to the subscriber's dispatcher.
/// </summary>
/// <param name="inner">How it is written.</param>
internal sealed class OrderedFormat(TransportFormat inner, SeveralChannels channels) : TransportFormat
{
    // What was told ahead of its turn.
    private readonly HashSet<(int Place, long Offset)> _told = [];
    private (int Place, Message Message)? _answer;

    /// <inheritdoc/>
    public override bool IsShared => false;

    /// <inheritdoc/>
    public override bool EndsWithMessage => inner.EndsWithMessage;

    /// <inheritdoc/>
    public override TransportKind Kind => inner.Kind;

    /// <inheritdoc/>
    public override TimeSpan? HeartbeatInterval => inner.HeartbeatInterval;

    /// <inheritdoc/>
    public override TimeSpan? TimeToLive => inner.TimeToLive;

    /// <inheritdoc/>
    public override IWebSocketReceiver Receiver => inner.Receiver;

    /// <summary>Writes what was missed in all channels, in the order of ids.</summary>
    public void WriteMissed(IReadOnlyList<AttachResult> attached, Framing framing, ByteBuffer output)
    {
        foreach (var (channel, message) in attached
            .SelectMany(result => result.Missed.Select(message => (result.Channel!, message)))
            .OrderBy(pair => pair.message.Stamp))
        {
            WriteEarlier(message.Stamp, framing, output);
            inner.WriteMessage(channel.Identity, message, framing, output);
        }
    }

    /// <inheritdoc/>
    public override ResponseHead HeadFor(Message message)
    {
        // A poll has room for one message: for the first there is.
        _answer = Earlier(message.Stamp).Cast<(int, Message)?>().MinBy(pair => pair!.Value.Item2.Stamp);
        return inner.HeadFor(_answer?.Message ?? message);
    }

    /// <inheritdoc/>
    public override ResponseHead HeadFor(in Ending ending) => inner.HeadFor(ending);

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        if (EndsWithMessage)
        {
            var identity = _answer is { } answer ? channels[answer.Place].Identity : channel;
            inner.WriteMessage(identity, _answer?.Message ?? message, framing, output);
            return;
        }

        var place = channels.Pass(channel.Name, message.Offset);
        if (!_told.Remove((place, message.Offset)))
        {
            WriteEarlier(message.Stamp, framing, output);
            inner.WriteMessage(channel, message, framing, output);
        }
    }

    /// <inheritdoc/>
    public override void WriteHeartbeat(
        ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output) =>
        inner.WriteHeartbeat(channel, next, count, framing, output);

    /// <inheritdoc/>
    public override void WriteEnd(
        ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output) =>
        inner.WriteEnd(channel, ending, isLast, framing, output);

    /// <inheritdoc/>
    public override void WriteReturn(TimeSpan after, Framing framing, ByteBuffer output) =>
        inner.WriteReturn(after, framing, output);

    /// <inheritdoc/>
    public override CloseCode CloseCodeFor(CloseReason reason) => inner.CloseCodeFor(reason);

    /// <inheritdoc/>
    public override bool IsWholeAfter(CloseReason reason) => inner.IsWholeAfter(reason);

    private void WriteEarlier(MessageStamp stamp, Framing framing, ByteBuffer output)
    {
        foreach (var (place, message) in Earlier(stamp).OrderBy(pair => pair.Message.Stamp))
        {
            _told.Add((place, message.Offset));
            inner.WriteMessage(channels[place].Identity, message, framing, output);
        }
    }

    private IEnumerable<(int Place, Message Message)> Earlier(MessageStamp stamp) =>
        channels.Before(stamp).Where(pair => !_told.Contains((pair.Place, pair.Message.Offset)));
}
