using Halley.Specifications.Hosts.Told;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.ToldOrWhole;

/// <summary>
/// Who comes back is taken in by any worker process: each has the same place for it, and the same words for what is
/// missing.
/// </summary>
public sealed class OverWorkers(OverWorkers.WorkingServer shared) : ToldCase, IClassFixture<OverWorkers.WorkingServer>
{
    public sealed class WorkingServer : IAsyncLifetime
    {
        private JsonServer? _server;

        public JsonServer Server => _server!;

        public async ValueTask InitializeAsync() =>
            _server = await JsonServer.StartAsync(
                Wire.Endpoints, "\"engine\": { \"workers\": 3 },", front: "\"channel_buffer_size\": 10,");

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    /// <summary>Those on iComet's front port, which worker processes share.</summary>
    public static TheoryData<string> Wires => Wire.OfFront;

    private JsonServer Server => shared.Server;

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Resume_on_another_worker(string wire)
    {
        var channel = NewChannel();
        var subscriber = await SettledAsync(Server, channel, wire);
        foreach (var round in Enumerable.Range(0, 15))
        {
            subscriber.Leave();
            await PushAsync(Server, channel, $"{round}");
            await subscriber.HearAsync(round + 1);
        }

        Assert.Equal(Numbers(0, 14), subscriber.Heard);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task What_is_lost_is_told_with_its_reason_by_all(string wire)
    {
        var (cleared, evicted) = (NewChannel(), NewChannel());
        await PushAsync(Server, cleared, Numbers(1, 3));
        await AskAsync(Server, $"/clear?cname={cleared}");
        await PushAsync(Server, evicted, Numbers(1, 40));
        foreach (var _ in Enumerable.Range(0, 10))
        {
            Assert.Equal("gap 1-3 cleared", await FirstWordAsync(cleared, wire, 4));
            Assert.Matches("^gap 1-[0-9]+ evicted$", await FirstWordAsync(evicted, wire, 41));
        }
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task A_channel_that_began_anew_is_one_for_all(string wire)
    {
        var channel = NewChannel();
        var subscriber = await SettledAsync(Server, channel, wire);
        foreach (var round in Enumerable.Range(0, 10))
        {
            subscriber.Leave();
            await AskAsync(Server, $"/close?cname={channel}");
            await PushAsync(Server, channel, $"{round}");
            while (subscriber.Messages.LastOrDefault() != $"{round}")
            {
                try
                {
                    await subscriber.HearAsync();
                }
                catch (EndOfStreamException)
                {
                    // A worker that had not heard of it yet let it in to the old one, and told it of the end then.
                    Assert.True(
                        subscriber.Heard[^1] == "close ",
                        $"Its connection ended without a word after {subscriber.Heard[^1]}.\n"
                            + $"{Server.Process.Output}{Server.Process.Errors}");
                    subscriber.Leave();
                }
            }
        }

        Assert.Equal(
            Enumerable.Range(0, 10).SelectMany(round => new[] { "reset epoch", $"{round}" }),
            subscriber.Heard.Where(line => line != "close "));
    }

    private async Task<string> FirstWordAsync(string channel, string wire, long next)
    {
        var subscriber = Subscriber(Server, channel, wire);
        var epoch = await SettledAsync(Server, channel, wire);
        (subscriber.Epoch, subscriber.Next) = (epoch.Epoch, 1);
        await subscriber.HearUntilAsync(() => subscriber.Next == next);
        subscriber.Leave();
        epoch.Leave();
        return subscriber.Heard[0];
    }
}
