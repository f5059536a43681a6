using Halley.Specifications.Hosts.Told;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.ToldOrWhole;

/// <summary>
/// The cases in which the server itself ends and begins anew, perhaps with the same numbers. Each over every transport
/// of every dialect, side by side.
/// </summary>
public sealed class AcrossRestarts : ToldCase, IAsyncLifetime
{
    private JsonServer? _server;

    private JsonServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await JsonServer.StartAsync(Wire.Endpoints);

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
            return (channel, subscriber, Before: subscriber.Heard.ToList());
        }));

        await Server.RestartAsync();

        await ForEachAsync(cases, async one =>
        {
            await PushAsync(Server, one.channel, "d", "e");
            one.subscriber.Leave();
            await one.subscriber.HearUntilAsync(() => one.subscriber.Messages.LastOrDefault() == "e");
            Assert.Equal([.. one.Before, "reset epoch", "d", "e"], one.subscriber.Heard);
        });
    }

    [Fact]
    public async Task A_failover_that_uses_offsets_again()
    {
        var cases = await Task.WhenAll(Wire.Names.Select(async wire =>
        {
            var channel = NewChannel(wire.Replace(' ', '-'));
            var subscriber = await SettledAsync(Server, channel, wire);
            await PushAsync(Server, channel, "a", "b");
            await subscriber.HearUntilAsync(() => subscriber.Next == 3);
            return (channel, subscriber);
        }));

        await Server.RestartAsync();

        await ForEachAsync(cases, async one =>
        {
            // It asks for offset 3, which is exactly what comes next here too.
            await PushAsync(Server, one.channel, "c", "d");
            one.subscriber.Leave();
            await one.subscriber.HearUntilAsync(() => one.subscriber.Messages.LastOrDefault() == "d");
            Assert.Equal(["a", "b", "reset epoch", "c", "d"], one.subscriber.Heard);
        });
    }

    private static Task ForEachAsync<T>(IEnumerable<T> cases, Func<T, Task> check) => Task.WhenAll(cases.Select(check));
}
