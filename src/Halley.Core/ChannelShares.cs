using Halley.Access;
using Halley.Channels;

namespace Halley;

/// <summary>
/// The channels that were created for each client. Where no share is set, nothing is counted until half of the channels
/// allowed exist, or half of their memory is taken; from then on one client may add a quarter, so that there is room
/// for others. Any thread; under the lock of a shard.
/// </summary>
internal sealed class ChannelShares(HubOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ClientBlock, Holding> _holdings = [];
    private readonly Dictionary<Channel, (ClientBlock Creator, long Bytes)> _creators = [];
    private volatile HubOptions _options = options;
    private volatile bool _hasAny;

    /// <summary>Whether a channel that is created now counts for its client.</summary>
    /// <param name="channels">The number of channels.</param>
    /// <param name="bytes">The memory that they take.</param>
    public bool AreCounted(int channels, long bytes) =>
        _options is var now
            && (now.MaxChannelsPerAddress > 0 || channels > now.MaxChannels / 2 || bytes > now.MaxChannelBytes / 2);

    /// <summary>Takes over other limits; what was counted stays so.</summary>
    public void Change(HubOptions options) => _options = options;

    /// <summary>Takes from a client's share, for a channel that is to be created.</summary>
    /// <param name="creator">The default has no share and takes none.</param>
    public bool TryTake(ClientBlock creator, long bytes)
    {
        if (creator == default)
        {
            return true;
        }

        lock (_lock)
        {
            var (holding, now) = (_holdings.GetValueOrDefault(creator), _options);
            var share = now.MaxChannelsPerAddress > 0 ? now.MaxChannelsPerAddress : Math.Max(1, now.MaxChannels / 4);
            if (holding.Channels >= share || holding.Bytes + bytes > now.MaxChannelBytes / 4)
            {
                return false;
            }

            _holdings[creator] = new Holding(holding.Channels + 1, holding.Bytes + bytes);
            return true;
        }
    }

    /// <summary>Gives back what was taken for a channel that was not created.</summary>
    public void GiveBack(ClientBlock creator, long bytes)
    {
        lock (_lock)
        {
            Release(creator, bytes);
        }
    }

    /// <summary>Remembers the channel that a share was taken for.</summary>
    public void Created(Channel channel, ClientBlock creator, long bytes)
    {
        if (creator == default)
        {
            return;
        }

        lock (_lock)
        {
            _creators.Add(channel, (creator, bytes));
            _hasAny = true;
        }
    }

    /// <summary>Gives back what a channel that is gone had taken.</summary>
    public void Removed(Channel channel)
    {
        if (!_hasAny)
        {
            return;
        }

        lock (_lock)
        {
            if (_creators.Remove(channel, out var taken))
            {
                Release(taken.Creator, taken.Bytes);
                _hasAny = _creators.Count > 0;
            }
        }
    }

    private void Release(ClientBlock creator, long bytes)
    {
        if (!_holdings.TryGetValue(creator, out var holding))
        {
            return;
        }

        if (holding.Channels > 1)
        {
            _holdings[creator] = new Holding(holding.Channels - 1, holding.Bytes - bytes);
        }
        else
        {
            _holdings.Remove(creator);
        }
    }

    private readonly record struct Holding(int Channels, long Bytes);
}
