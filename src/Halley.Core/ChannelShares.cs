using Halley.Access;
using Halley.Channels;

namespace Halley;

/// <summary>
/// How many channels each client has had created that there still are. Where no share was chosen, nothing is counted until half of all channels that there
/// may be are there; from then on one client may add a quarter, so that there is room for others. Any thread; under the lock of a shard.
/// </summary>
internal sealed class ChannelShares(int maxChannels, int maxPerClient)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ClientBlock, int> _counts = [];
    private readonly Dictionary<Channel, ClientBlock> _creators = [];
    private readonly int _share = maxPerClient > 0 ? maxPerClient : Math.Max(1, maxChannels / 4);
    private volatile bool _hasAny;

    /// <summary>Whether a channel that is created now counts for its client.</summary>
    /// <param name="channels">How many there are.</param>
    public bool AreCounted(int channels) => maxPerClient > 0 || channels > maxChannels / 2;

    /// <summary>Takes one of a client's share, for a channel that is to be created.</summary>
    /// <param name="creator">Nobody in particular has no share and takes none.</param>
    public bool TryTake(ClientBlock creator)
    {
        if (creator == default)
        {
            return true;
        }

        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(creator);
            if (count >= _share)
            {
                return false;
            }

            _counts[creator] = count + 1;
            return true;
        }
    }

    /// <summary>Gives back what was taken for a channel that was not created.</summary>
    public void GiveBack(ClientBlock creator)
    {
        lock (_lock)
        {
            Release(creator);
        }
    }

    /// <summary>The channel that it was taken for is there.</summary>
    public void Created(Channel channel, ClientBlock creator)
    {
        if (creator == default)
        {
            return;
        }

        lock (_lock)
        {
            _creators.Add(channel, creator);
            _hasAny = true;
        }
    }

    /// <summary>A channel is there no more.</summary>
    public void Removed(Channel channel)
    {
        if (!_hasAny)
        {
            return;
        }

        lock (_lock)
        {
            if (_creators.Remove(channel, out var creator))
            {
                Release(creator);
                _hasAny = _creators.Count > 0;
            }
        }
    }

    private void Release(ClientBlock creator)
    {
        if (!_counts.TryGetValue(creator, out var count))
        {
            return;
        }

        if (count > 1)
        {
            _counts[creator] = count - 1;
        }
        else
        {
            _counts.Remove(creator);
        }
    }
}
