using Halley.Channels;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The channels of one poll, and where in each its client has got to. A poll of several is answered with one place for all of them, which must not be
/// behind a message that its client has not seen.
/// </summary>
/// <param name="wishes">In the order of the request.</param>
internal sealed class SeveralChannels(IReadOnlyList<(Channel Channel, Replay Replay)> wishes)
{
    private long[]? _from;

    /// <summary>Reads what there is in all of them, up to a place that leaves nothing out in any.</summary>
    public List<(Channel Channel, Message Message)> Read()
    {
        // What is published while this reads may be seen in one channel and not in another with an earlier stamp. Up to the newest seen at first,
        // the second look sees all there is: whatever has an earlier stamp was in its channel before that one.
        var newest = default(MessageStamp);
        foreach (var (channel, replay) in wishes)
        {
            foreach (var message in channel.Read(replay))
            {
                newest = message.Stamp > newest ? message.Stamp : newest;
            }
        }

        var found = new List<(Channel, Message)>();
        foreach (var (channel, replay) in wishes)
        {
            foreach (var message in channel.Read(replay))
            {
                if (message.Stamp <= newest)
                {
                    found.Add((channel, message));
                }
            }
        }

        return found;
    }

    /// <summary>Remembers where each channel stands, from when the poll waits for the next message of any.</summary>
    public void BeginToWait(IEnumerable<AttachResult> attached) => _from = [.. attached.Select(result => result.Position.Offset)];

    /// <summary>The messages of these channels that came while the poll waited, and before another: they are on their way, but too late for its answer.</summary>
    public IEnumerable<(Channel Channel, Message Message)> MissedBefore(Message message)
    {
        for (var i = 0; i < wishes.Count; i++)
        {
            foreach (var earlier in wishes[i].Channel.Read(Replay.From(_from![i])))
            {
                if (earlier.Stamp < message.Stamp)
                {
                    yield return (wishes[i].Channel, earlier);
                }
            }
        }
    }
}
