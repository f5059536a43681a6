using Halley.Specifications.Hosts.Told;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.ToldOrWhole;

/// <summary>
/// The server is killed and started again, and has its channels in a directory: nobody is told that anything was lost,
/// over no transport of no dialect.
/// </summary>
public sealed class AcrossRestartsWithStorage : ToldCase, IAsyncLifetime
{
    private JsonServer? _server;

    private JsonServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await JsonServer.StartAsync(
        Wire.Endpoints, "\"storage\": { \"path\": \"data\" },");

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Dispose();
    }

    [Fact]
    public async Task A_restart_in_the_middle_of_a_batch()
    {
        var cases = await Task.WhenAll(Wire.Names.Select(async wire =>
        {
            var channel = NewChannel(wire.Replace(' ', '-'));
            var subscriber = await SettledAsync(Server, channel, wire);
            await PushAsync(Server, channel, "a", "b", "c");
            await subscriber.HearUntilAsync(() => subscriber.Messages.Contains("b"));
            return (channel, subscriber);
        }));

        await Server.RestartAsync();

        await Task.WhenAll(cases.Select(async one =>
        {
            await PushAsync(Server, one.channel, "d", "e");
            one.subscriber.Leave();
            await one.subscriber.HearUntilAsync(() => one.subscriber.Messages.LastOrDefault() == "e");
            Assert.Equal(["a", "b", "c", "d", "e"], one.subscriber.Heard);
        }));
    }
}
