using Halley.Testing;

namespace Halley.EndToEnd.Tests.ToldOrWhole;

/// <summary>
/// Silence: heartbeats say what the newest message is, and who was away for longer than one of them misses nothing.
/// Over every transport, side by side.
/// </summary>
public sealed class Heartbeats(Heartbeats.BeatingServer shared) : ToldCase, IClassFixture<Heartbeats.BeatingServer>
{
    // Their heartbeat is the usual one, of 30 seconds.
    private static readonly string[] WithUsual =
        ["nchan long poll", "nchan eventsource", "nchan multipart", "nchan websocket"];

    /// <summary>Breaks silence after a second or two.</summary>
    public sealed class BeatingServer : IAsyncLifetime
    {
        private JsonServer? _server;

        public JsonServer Server => _server!;

        public async ValueTask InitializeAsync() => _server = await JsonServer.StartAsync(
            Wire.Endpoints.Replace(
                "\"channels_path\"", "\"ping_message_interval\": \"1s\", \"channels_path\"", StringComparison.Ordinal),
            front: "\"polling_timeout\": 1,");

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    [Fact]
    public Task A_heartbeat_says_which_message_is_the_newest() =>
        Task.WhenAll(Wire.Names.Except(WithUsual).Select(async wire =>
        {
            var channel = NewChannel(wire.Replace(' ', '-'));
            var subscriber = await SettledAsync(shared.Server, channel, wire);
            await PushAsync(shared.Server, channel, "a");

            await subscriber.HearUntilAsync(() => subscriber.Heard.Contains("a") && subscriber.Heard[^1] == "noop ");

            // That its number is right was checked when it was heard.
            Assert.Equal(["a", "noop "], subscriber.Heard.Distinct().Order());
        }));

    [Fact]
    public async Task Away_for_longer_than_a_heartbeat()
    {
        var away = await Task.WhenAll(Wire.Names.Select(async wire =>
        {
            var channel = NewChannel(wire.Replace(' ', '-'));
            var subscriber = await SettledAsync(shared.Server, channel, wire);
            subscriber.Leave();
            return (channel, subscriber);
        }));
        var other = await SettledAsync(shared.Server, NewChannel(), "stream");
        await other.HearUntilAsync(() => other.Heard.Count(line => line == "noop ") == 2);

        await Task.WhenAll(away.Select(async one =>
        {
            await PushAsync(shared.Server, one.channel, "a");
            await one.subscriber.HearUntilAsync(() => one.subscriber.Messages.Any());
            Assert.Equal(["a"], one.subscriber.Heard.Where(line => line != "noop "));
        }));
    }
}
