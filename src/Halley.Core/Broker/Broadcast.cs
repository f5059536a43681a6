using Halley.Channels;

namespace Halley.Broker;

/// <summary>One message to every channel of a hub, a slice at a time. A channel that is created meanwhile may be left out.</summary>
internal sealed class Broadcast(Hub hub, byte[] payload, Action whenDone) : IWork
{
    private readonly IEnumerator<Channel[]> _shards = hub.ChannelsByShard().GetEnumerator();
    private Channel[] _channels = [];
    private int _next;

    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        for (; budget > 0; budget--)
        {
            while (_next == _channels.Length)
            {
                if (!_shards.MoveNext())
                {
                    whenDone();
                    return true;
                }

                _channels = _shards.Current;
                _next = 0;
            }

            _channels[_next++].TryPublish(new Publication(payload) { Traits = MessageTraits.Broadcast }, out _);
        }

        return false;
    }
}
