using Halley.Testing;
using Halley.Testing.Doubles;

namespace Halley.Specifications.Hosts;

/// <summary>
/// A promise of hosts to dialects and clients, whichever host it is: derived from for each of them.
/// </summary>
/// <param name="start">Starts the host.</param>
public abstract class HostSpecification(HostStart start)
{
    /// <summary>The clock of hosts that are given it: it stands still but for what a test lets pass.</summary>
    protected ManualTime Time { get; } = new();

    protected Task<ServedHost> StartAsync(HostSetup? setup = null) =>
        ServedHost.StartAsync(start, setup ?? new HostSetup());

    /// <summary>A host with a handler of the test's own.</summary>
    protected Task<ServedHost> StartAsync(Protocol.IRequestHandler handler) =>
        StartAsync(new HostSetup { Handler = handler });

    /// <summary>Waits until so many are subscribed.</summary>
    protected static Task UntilSubscribedAsync(ServedHost host, int count) => Eventually.TrueAsync(
        () => host.Hub.SubscriberCount == count, count == 0 ? "nobody is subscribed" : $"{count} are subscribed");

    /// <summary>A WebSocket of iComet's, subscribed to the channel a.</summary>
    protected static async Task<RawWebSocket> OpenAsync(ServedHost host, string fields = "", byte[]? alongside = null)
    {
        var before = host.Hub.SubscriberCount;
        var socket = await RawWebSocket.ConnectAsync(host.EndPoint, "/ws?cname=a&seq=1", fields, alongside ?? []);
        await Eventually.TrueAsync(() => host.Hub.SubscriberCount > before, "it is subscribed");
        return socket;
    }
}
