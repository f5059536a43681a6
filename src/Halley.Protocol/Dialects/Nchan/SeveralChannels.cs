using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// The transport of one subscriber to several channels, which resumes in all of them after one id. So a message must never be told while one with a lower
/// id, in another of its channels, is still on its way: then that one is told first. Belongs to the subscriber's dispatcher.
/// </summary>
/// <param name="inner">How it is written.</param>
internal sealed class SeveralChannels(TransportFormat inner, IReadOnlyList<Channel> channels) : TransportFormat
{
    // The offset in each channel that nothing before is to come of, and what was told ahead of its turn.
    private readonly long[] _from = new long[channels.Count];
    private readonly HashSet<(int Channel, long Offset)> _told = [];
    private (int Channel, Message Message)? _answer;

    /// <inheritdoc/>
    public override bool IsShared => false;

    /// <inheritdoc/>
    public override bool EndsWithMessage => inner.EndsWithMessage;

    /// <inheritdoc/>
    public override TimeSpan? HeartbeatInterval => inner.HeartbeatInterval;

    /// <inheritdoc/>
    public override TimeSpan? TimeToLive => inner.TimeToLive;

    /// <inheritdoc/>
    public override IWebSocketReceiver Receiver => inner.Receiver;

    /// <summary>Remembers where a channel stood when it was attached.</summary>
    public void BeginAt(int channel, StreamPosition position) => _from[channel] = position.Offset;

    /// <summary>Writes what was missed in all channels, in the order of ids.</summary>
    public void WriteMissed(IEnumerable<(int Channel, Message Message)> missed, Framing framing, ByteBuffer output)
    {
        foreach (var (channel, message) in missed.OrderBy(pair => pair.Message.Stamp))
        {
            WriteEarlier(message.Stamp, framing, output);
            inner.WriteMessage(channels[channel].Identity, message, framing, output);
        }
    }

    /// <inheritdoc/>
    public override ResponseHead HeadFor(Message message)
    {
        // A poll has room for one message: for the first there is.
        _answer = Earlier(message.Stamp).Select(pair => ((int, Message)?)pair).MinBy(pair => pair!.Value.Item2.Stamp);
        return inner.HeadFor(_answer?.Message ?? message);
    }

    /// <inheritdoc/>
    public override ResponseHead HeadFor(in Ending ending) => inner.HeadFor(ending);

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        if (EndsWithMessage)
        {
            inner.WriteMessage(_answer is { } answer ? channels[answer.Channel].Identity : channel, _answer?.Message ?? message, framing, output);
            return;
        }

        var at = IndexOf(channel.Name);
        _from[at] = message.Offset + 1;
        if (!_told.Remove((at, message.Offset)))
        {
            WriteEarlier(message.Stamp, framing, output);
            inner.WriteMessage(channel, message, framing, output);
        }
    }

    /// <inheritdoc/>
    public override void WriteHeartbeat(ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output) =>
        inner.WriteHeartbeat(channel, next, count, framing, output);

    /// <inheritdoc/>
    public override void WriteEnd(ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output) =>
        inner.WriteEnd(channel, ending, isLast, framing, output);

    /// <inheritdoc/>
    public override CloseCode CloseCodeFor(CloseReason reason) => inner.CloseCodeFor(reason);

    /// <inheritdoc/>
    public override bool IsWholeAfter(CloseReason reason) => inner.IsWholeAfter(reason);

    private void WriteEarlier(MessageStamp stamp, Framing framing, ByteBuffer output)
    {
        foreach (var (channel, message) in Earlier(stamp).OrderBy(pair => pair.Message.Stamp))
        {
            _told.Add((channel, message.Offset));
            inner.WriteMessage(channels[channel].Identity, message, framing, output);
        }
    }

    // A stamp is given under its channel's lock, and reading takes that lock: what has a lower stamp than a message that was seen is there to be read.
    private List<(int Channel, Message Message)> Earlier(MessageStamp stamp)
    {
        var earlier = new List<(int, Message)>();
        for (var i = 0; i < channels.Count; i++)
        {
            foreach (var message in channels[i].Read(Replay.From(_from[i])))
            {
                if (message.Stamp < stamp && !_told.Contains((i, message.Offset)))
                {
                    earlier.Add((i, message));
                }
            }
        }

        return earlier;
    }

    private int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < channels.Count; i++)
        {
            if (channels[i].Name.SequenceEqual(name))
            {
                return i;
            }
        }

        throw new ArgumentException("a message comes from one of the channels", nameof(name));
    }
}
