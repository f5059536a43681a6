using Halley.Channels;

namespace Halley.Broker;

/// <summary>
/// One message to every channel of a hub, a slice at a time. A channel that is created meanwhile may be left out.
/// </summary>
internal sealed class Broadcast(Hub hub, byte[] payload) : IWork
{
    private readonly IEnumerator<Channel[]> _shards = hub.ChannelsByShard().GetEnumerator();
    private Channel[] _channels = [];
    private readonly TaskCompletionSource<long> _reached = new();
    private int _next;
    private long _count;

    // What its publisher waits for; the last one.
    private Task? _told;

    /// <summary>The number of channels that have it, once the last one has.</summary>
    public Task<long> Reached => _reached.Task;

    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        for (; budget > 0; budget--)
        {
            while (_next == _channels.Length)
            {
                if (!_shards.MoveNext())
                {
                    Finish();
                    return true;
                }

                _channels = _shards.Current;
                _next = 0;
            }

            var result = MemoryBroker.PublishTo(
                _channels[_next++], new Publication(payload) { Traits = MessageTraits.Broadcast }, out var told);
            _count += result.Status == PublishStatus.Published ? 1 : 0;
            _told = told ?? _told;
        }

        return false;
    }

    // A dispatcher tells what it was told to tell first: when the last one is told, so are nearly all.
    private void Finish()
    {
        if (_told is null)
        {
            _reached.SetResult(_count);
        }
        else
        {
            _told.GetAwaiter().UnsafeOnCompleted(() => _reached.SetResult(_count));
        }
    }
}
