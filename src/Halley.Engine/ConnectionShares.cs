using Halley.Access;

namespace Halley.Engine;

/// <summary>The open connections of each client, where they are limited. Any thread.</summary>
internal sealed class ConnectionShares(int maxPerClient)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ClientBlock, int> _counts = [];

    /// <summary>Counts one more connection, if its client may have one more.</summary>
    public bool TryTake(ClientBlock client)
    {
        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(client);
            if (count >= maxPerClient)
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
