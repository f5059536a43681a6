using Halley.Protocol.Clients;
using Halley.Protocol.Explaining;

namespace Halley.Server;

/// <summary>The subscribers of several hosts of this process, as if they were one's. Any thread.</summary>
internal sealed class ClientsOfHosts(params IReadOnlyList<IConnectedClients> hosts) : IConnectedClients
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ConnectedClient>> List(
        ConnectionFilter filter, string? after, int limit, int channels)
    {
        var found = new List<ConnectedClient>();
        foreach (var host in hosts)
        {
            found.AddRange(await host.List(filter, after, limit, channels).ConfigureAwait(false));
        }

        return [.. found.OrderBy(client => client.Place, StringComparer.Ordinal).Take(limit)];
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<TracedClient>?> Explain(ConnectionFilter filter, TimeSpan duration)
    {
        var found = new List<TracedClient>();
        foreach (var host in hosts)
        {
            if (await host.Explain(filter, duration).ConfigureAwait(false) is not { } clients)
            {
                return null;
            }

            found.AddRange(clients);
        }

        return found;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> Disconnect(string id)
    {
        foreach (var host in hosts)
        {
            if (await host.Disconnect(id).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }
}
