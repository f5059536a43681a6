using Halley.Protocol.Answers;
using Halley.Protocol.Clients;
using Halley.Protocol.Explaining;

namespace Halley.Engine;

/// <summary>The subscribers of all reactors, for operators. Any thread; after the start.</summary>
/// <param name="host">The engine's number among hosts.</param>
internal sealed class EngineClients(
    IReadOnlyList<Reactor> reactors, uint host, Watches watches) : IConnectedClients
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ConnectedClient>> List(
        ConnectionFilter filter, string? after, int limit, int channels) =>
        Look(filter, after, limit, answer => answer.Describe(channels));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<TracedClient>?> Explain(ConnectionFilter filter, TimeSpan duration)
    {
        if (watches.Begin(filter, duration) is not { } watch)
        {
            return null;
        }

        await Look(filter, null, Watch.MostConnections, answer => answer.TraceFor(watch)).ConfigureAwait(false);
        return watch.Read();
    }

    private async ValueTask<IReadOnlyList<ConnectedClient>> Look(
        ConnectionFilter filter, string? after, int limit, Func<HeldAnswer, ConnectedClient> describe)
    {
        var found = new List<ConnectedClient>();
        var (first, slot) = BeginningAfter(after);
        for (var number = first; number < reactors.Count && found.Count < limit; number++)
        {
            var table = reactors[number].Connections.Table;
            var look = new ClientLookup(
                table.From(number == first ? slot : 0), filter, limit - found.Count, describe);
            reactors[number].Post(look);
            found.AddRange(await look.Found.ConfigureAwait(false));
        }

        return found;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> Disconnect(string id)
    {
        if (!ConnectionPlace.TryParse(id, out var place)
            || place.Host != host
            || (uint)place.Thread >= reactors.Count
            || place.Slot >= int.MaxValue)
        {
            return false;
        }

        var table = reactors[place.Thread].Connections.Table;
        var end = new ClientEnd(() => place.Slot < table.Slots ? table.Find(place.Key) : null);
        reactors[place.Thread].Post(end);
        return await end.Done.ConfigureAwait(false);
    }

    // Hosts are listed one after another, too, in the order of their numbers.
    private (int Reactor, uint Slot) BeginningAfter(string? after) =>
        !ConnectionPlace.TryParse(after, out var place) || place.Host < host ? (0, 0)
        : place.Host > host ? (reactors.Count, 0)
        : (Math.Max(0, place.Thread), place.Slot + 1);
}
