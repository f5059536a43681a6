using Halley.Protocol.Answers;
using Halley.Protocol.Clients;
using Halley.Protocol.Explaining;

namespace Halley.AspNetCore.Hosting;

/// <summary>The subscribers among all exchanges of a host, for operators. Any thread.</summary>
internal sealed class ExchangeClients(Exchanges exchanges) : IConnectedClients
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ConnectedClient>> List(
        ConnectionFilter filter, string? after, int limit, int channels) =>
        Look(filter, exchanges.NumberAt(after), limit, answer => answer.Describe(channels));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<TracedClient>?> Explain(ConnectionFilter filter, TimeSpan duration)
    {
        if (exchanges.Watches.Begin(filter, duration) is not { } watch)
        {
            return null;
        }

        await Look(filter, 0, Watch.MostConnections, answer => answer.TraceFor(watch)).ConfigureAwait(false);
        return watch.Read();
    }

    /// <inheritdoc/>
    public async ValueTask<bool> Disconnect(string id)
    {
        if (exchanges.Find(id) is not { } exchange)
        {
            return false;
        }

        var end = new ClientEnd(() => exchange);
        exchange.Dispatcher.Post(end);
        return await end.Done.ConfigureAwait(false);
    }

    // Each dispatcher looks at its own; each of the first few of all is among the first few of its dispatcher.
    private async ValueTask<IReadOnlyList<ConnectedClient>> Look(
        ConnectionFilter filter, long after, int limit, Func<HeldAnswer, ConnectedClient> describe)
    {
        var looks = new List<Task<IReadOnlyList<ConnectedClient>>>();
        foreach (var some in exchanges.After(after).GroupBy(exchange => exchange.Dispatcher))
        {
            var look = new ClientLookup(some, filter, limit, describe);
            some.Key.Post(look);
            looks.Add(look.Found);
        }

        var found = await Task.WhenAll(looks).ConfigureAwait(false);
        return
        [
            .. found.SelectMany(some => some).OrderBy(client => client.Place, StringComparer.Ordinal).Take(limit),
        ];
    }
}
