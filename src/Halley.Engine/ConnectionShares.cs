using Halley.Access;

namespace Halley.Engine;

/// <summary>The open connections of each client, from when they are limited. Any thread.</summary>
internal sealed class ConnectionShares
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ClientBlock, int> _counts = [];
    private volatile int _maxPerClient;

    /// <summary>The most connections that a client may have; 0 for no limit, and then none is counted.</summary>
    public int MaxPerClient
    {
        get => _maxPerClient;
        set => _maxPerClient = value;
    }

    /// <summary>Counts one more connection, if its client may have one more.</summary>
    public bool TryTake(ClientBlock client)
    {
        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(client);
            if (count >= MaxPerClient)
            {
                return false;
            }

            _counts[client] = count + 1;
            return true;
        }
    }

    /// <summary>Gives back a connection that was counted.</summary>
    public void GiveBack(ClientBlock client)
    {
        lock (_lock)
        {
            var count = _counts[client];
            if (count > 1)
            {
                _counts[client] = count - 1;
            }
            else
            {
                _counts.Remove(client);
            }
        }
    }
}
