namespace Halley.Channels;

/// <summary>
/// The channels of one answer, and the place in each. A client resumes in all of them after one stamp, so a message is
/// never told while one with a lower stamp is still on its way.
/// </summary>
/// <remarks>
/// A stamp is given under its channel's lock, and reading takes that lock. So once a message was seen, whatever has a
/// lower stamp, in any channel, is there to be read. Everything here follows from that.
/// </remarks>
public sealed class SeveralChannels
{
    private readonly Channel[] _channels;

    // The offset in each channel that nothing before is to come of.
    private readonly long[] _from;

    /// <param name="attached">In the order of the request; a channel may come twice.</param>
    public SeveralChannels(IReadOnlyCollection<AttachResult> attached)
    {
        _channels = [.. attached.Select(result => result.Channel!)];
        _from = [.. attached.Select(result => result.Position.Offset)];
    }

    public Channel this[int place] => _channels[place];

    /// <summary>
    /// Reads what is kept of some channels, up to a stamp that leaves nothing out in any. Channel by channel.
    /// </summary>
    public static List<(Channel Channel, Message Message)> Read(IReadOnlyList<(Channel Channel, Replay Replay)> wishes)
    {
        var first = ReadOnce(wishes);
        if (wishes.Count <= 1 || first.Count == 0)
        {
            return first;
        }

        // What was published meanwhile may have been seen in one channel, and not in another with a lower stamp.
        var newest = first.Max(seen => seen.Message.Stamp);
        var second = ReadOnce(wishes);
        second.RemoveAll(seen => seen.Message.Stamp > newest);
        return second;
    }

    /// <summary>
    /// The messages that are to come and have a lower stamp than one that has come. Channel by channel.
    /// </summary>
    public IEnumerable<(int Place, Message Message)> Before(MessageStamp stamp)
    {
        for (var place = 0; place < _channels.Length; place++)
        {
            foreach (var message in _channels[place].Read(Replay.From(_from[place])))
            {
                if (message.Stamp < stamp)
                {
                    yield return (place, message);
                }
            }
        }
    }

    /// <summary>Notes that a message has come.</summary>
    /// <returns>The place of its channel.</returns>
    public int Pass(ReadOnlySpan<byte> channel, long offset)
    {
        for (var place = 0; place < _channels.Length; place++)
        {
            if (_channels[place].Name.SequenceEqual(channel))
            {
                _from[place] = offset + 1;
                return place;
            }
        }

        throw new ArgumentException("a message comes from one of the channels", nameof(channel));
    }

    private static List<(Channel Channel, Message Message)> ReadOnce(
        IReadOnlyList<(Channel Channel, Replay Replay)> wishes)
    {
        var found = new List<(Channel, Message)>();
        foreach (var (channel, replay) in wishes)
        {
            foreach (var message in channel.Read(replay))
            {
                found.Add((channel, message));
            }
        }

        return found;
    }
}
