using Halley.Channels;

namespace Halley;

/// <summary>Whether something holds for the channel of a name.</summary>
public delegate bool ChannelPredicate(ReadOnlySpan<byte> channel);

/// <summary>Lets channels go that another node has, a slice at a time.</summary>
internal sealed class Removal(Hub hub, ChannelPredicate moves, Action<int> whenDone) : IWork
{
    private readonly IEnumerator<Channel[]> _shards = hub.ChannelsByShard().GetEnumerator();
    private Channel[] _channels = [];
    private int _next;
    private int _moved;

    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        for (; budget > 0; budget--)
        {
            while (_next == _channels.Length)
            {
                if (!_shards.MoveNext())
                {
                    whenDone(_moved);
                    return true;
                }

                _channels = _shards.Current;
                _next = 0;
            }

            var channel = _channels[_next++];
            if (moves(channel.Name) && hub.Move(channel.Name))
            {
                // Each of its subscribers comes back at once: they are work too.
                budget -= Math.Min(budget - 1, channel.SubscriberCount);
                _moved++;
            }
        }

        return false;
    }
}
