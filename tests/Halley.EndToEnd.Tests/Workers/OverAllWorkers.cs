using Halley.Testing;

namespace Halley.EndToEnd.Tests.Workers;

/// <summary>
/// With worker processes everything is as without: subscribers come to any of them, and hear what is published once and
/// in order.
/// </summary>
public sealed class OverAllWorkers(
    OverAllWorkers.WorkingServer server) : WorkerCase(server), IClassFixture<OverAllWorkers.WorkingServer>
{
    // So many that all land on one worker once in 10^14 runs.
    private const int Subscribers = 30;

    public sealed class WorkingServer() : SharedServer(
        new ICometConf { MaxSubscribersPerChannel = Subscribers, ChannelBufferSize = 2000 }, "--workers", $"{Workers}");

    [Theory]
    [MemberData(nameof(Transport.Held), MemberType = typeof(Transport))]
    public async Task A_push_reaches_the_subscribers_of_every_worker_once_and_in_order(string path)
    {
        var (transport, channel) = (Transport.Named(path), NewChannel());
        var workers = WorkersOf(Server.Process.Id);
        Assert.Equal(Workers, workers.Count);
        var before = workers.ConvertAll(SocketsOf);
        var subscribers = await SubscribeAllAsync(transport, channel);
        var holding = workers.Zip(before).Count(worker => SocketsOf(worker.First) > worker.Second);
        Assert.True(holding > 1, $"{holding} worker holds all of {Subscribers} connections");

        await PushAsync(channel, [.. Enumerable.Range(1, 50).Select(n => $"{n}")]);

        foreach (var subscriber in subscribers)
        {
            foreach (var n in Enumerable.Range(1, 50))
            {
                Assert.Equal(transport.Wrap(Data(channel, n, $"{n}")), await subscriber.ReadChunkAsync());
            }
        }
    }

    [Fact]
    public async Task Polls_go_on_from_worker_to_worker()
    {
        var channel = NewChannel();
        await AskAsync($"/sign?cname={channel}");
        var publishing = PushAsync(channel, [.. Enumerable.Range(1, 300).Select(n => $"{n}")]);
        var heard = new List<string>();
        while (heard.Count < 300)
        {
            var answer = (await PollAsync(channel, heard.Count + 1)).Trim().Trim('[', ']');
            heard.AddRange(answer.Split("},{").Select(message => '{' + message.Trim('{', '}') + '}'));
        }

        await publishing;
        Assert.Equal(Enumerable.Range(1, 300).Select(n => Data(channel, n, $"{n}")), heard);
    }

    [Fact]
    public async Task Info_sums_over_the_workers()
    {
        var channel = NewChannel();
        var subscribers = await SubscribeAllAsync(Transport.Stream, channel);
        await UntilSubscribersAsync(channel, Subscribers);
        subscribers.Take(10).ToList().ForEach(subscriber => subscriber.Client.Reset());

        await UntilSubscribersAsync(channel, Subscribers - 10);
    }

    [Fact]
    public async Task Closing_and_clearing_and_broadcasts_reach_every_worker()
    {
        var channel = NewChannel();
        var subscribers = await SubscribeAllAsync(Transport.Stream, channel);
        subscribers.RemoveRange(0, 5);
        await PushAsync(channel, "x");
        Assert.Equal("ok\n", await AskAsync("/broadcast?content=all"));
        Assert.Equal("ok 3\n", await AskAsync($"/close?cname={channel}"));

        foreach (var subscriber in subscribers)
        {
            Assert.Equal(Data(channel, 1, "x") + "\n", await subscriber.ReadChunkAsync());
            Assert.Equal(Message("broadcast", channel, 2, "all") + "\n", await subscriber.ReadChunkAsync());
            Assert.Equal(Message("next_seq", channel, 3) + "\n", await subscriber.ReadChunkAsync());
            Assert.Equal(Message("close", channel, 3) + "\n", await subscriber.ReadChunkAsync());
            Assert.Null(await subscriber.ReadChunkAsync());
        }
    }

    [Fact]
    public async Task Presence_tells_of_subscribers_at_any_worker()
    {
        var presence = await ListenToPresenceAsync();
        foreach (var channel in Enumerable.Range(0, 6).Select(_ => NewChannel()).ToList())
        {
            await SubscribeAsync(Transport.Stream, channel, 1);
            await UntilPresenceAsync(presence, '1', channel);
        }
    }

    private async Task<List<RawResponse>> SubscribeAllAsync(Transport transport, string channel)
    {
        List<RawResponse> subscribers = [];
        for (var n = 0; n < Subscribers; n++)
        {
            subscribers.Add(await SubscribeAsync(transport, channel, 1));
        }

        return subscribers;
    }
}
