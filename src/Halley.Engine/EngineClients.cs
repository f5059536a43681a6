using Halley.Engine.Connections;
using Halley.Protocol.Clients;
using Halley.Protocol.Explaining;

namespace Halley.Engine;

/// <summary>The subscribers of all reactors, for operators. Any thread; after the start.</summary>
internal sealed class EngineClients(
    IReadOnlyList<Reactor> reactors, uint process, Watches watches) : IConnectedClients
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ConnectedClient>> List(
        ConnectionFilter filter, string? after, int limit, int channels) =>
        Look(filter, after, limit, connection => connection.Describe(channels));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<TracedClient>?> Explain(ConnectionFilter filter, TimeSpan duration)
    {
        if (watches.Begin(filter, duration) is not { } watch)
        {
            return null;
        }

        await Look(filter, null, Watch.MostConnections, connection =>
        {
            connection.TraceFor(watch);
            return connection.Describe(1);
        }).ConfigureAwait(false);
        return watch.Read();
    }

    private async ValueTask<IReadOnlyList<ConnectedClient>> Look(
        ConnectionFilter filter, string? after, int limit, Func<Connection, ConnectedClient> describe)
    {
        var found = new List<ConnectedClient>();
        var (first, slot) = BeginningAfter(after);
        for (var number = first; number < reactors.Count && found.Count < limit; number++)
        {
            var look = new ClientLookup(
                reactors[number], filter, number == first ? slot : 0, limit - found.Count, describe);
            reactors[number].Post(look);
            found.AddRange(await look.Found.ConfigureAwait(false));
        }

        return found;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> Disconnect(string id)
    {
        if (!ConnectionPlace.TryParse(id, out var place)
            || place.Process != process
            || (uint)place.Reactor >= reactors.Count
            || place.Slot >= int.MaxValue)
        {
            return false;
        }

        var end = new ClientEnd(reactors[place.Reactor], place.Key);
        reactors[place.Reactor].Post(end);
        return await end.Done.ConfigureAwait(false);
    }

    // Processes are listed one after another, too, in the order of their numbers.
    private (int Reactor, uint Slot) BeginningAfter(string? after) =>
        !ConnectionPlace.TryParse(after, out var place) || place.Process < process ? (0, 0)
        : place.Process > process ? (reactors.Count, 0)
        : (Math.Max(0, place.Reactor), place.Slot + 1);
}
