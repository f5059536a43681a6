using Halley.Engine.Connections;
using Halley.Protocol.Clients;

namespace Halley.Engine;

/// <summary>
/// A look at the connections of one reactor, slot after slot and a slice at a time, so that a million of them keep
/// nobody waiting. Work of its reactor.
/// </summary>
/// <param name="first">The slot that it begins at.</param>
/// <param name="limit">At most so many are found.</param>
/// <param name="describe">What is found of each.</param>
internal sealed class ClientLookup(
    Reactor reactor, ConnectionFilter filter, uint first, int limit, Func<Connection, ConnectedClient> describe) : IWork
{
    private readonly TaskCompletionSource<IReadOnlyList<ConnectedClient>> _found =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly List<ConnectedClient> _clients = [];
    private long _next = first;

    /// <summary>Those that are meant. Any thread.</summary>
    public Task<IReadOnlyList<ConnectedClient>> Found => _found.Task;

    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        try
        {
            return Look(ref budget);
        }
        catch (Exception failed)
        {
            _found.SetException(failed);
            return true;
        }
    }

    private bool Look(ref int budget)
    {
        var table = reactor.Connections.Table;
        for (; _next < table.Slots && _clients.Count < limit && budget > 0; _next++, budget--)
        {
            if (table.At((int)_next) is { } connection && connection.IsMeantBy(filter))
            {
                _clients.Add(describe(connection));
            }
        }

        if (_next < table.Slots && _clients.Count < limit)
        {
            return false;
        }

        _found.SetResult(_clients);
        return true;
    }
}

/// <summary>The end of one connection, by its place. Work of its reactor.</summary>
internal sealed class ClientEnd(Reactor reactor, ulong key) : IWork
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether there was one. Any thread.</summary>
    public Task<bool> Done => _done.Task;

    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        budget--;
        var table = reactor.Connections.Table;
        var connection = (uint)key < table.Slots ? table.Find(key) : null;
        var isThere = connection is { IsSubscriber: true };
        connection?.EndPermission();
        _done.SetResult(isThere);
        return true;
    }
}
