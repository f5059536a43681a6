using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Testing;

namespace Halley.Engine.Tests;

/// <summary>An engine that takes over other handlers and limits while it runs.</summary>
public sealed class ChangedOptions
{
    [Fact]
    public async Task The_next_request_of_an_open_connection_meets_the_new_handler()
    {
        using var engine = new RunningEngine(new() { Front = new Saying("old") });
        using var client = await engine.ConnectAsync();
        Assert.Equal("old", await AskAsync(client));

        await engine.ChangeAsync(front => front with { Handler = new Saying("new") });

        Assert.Equal("new", await AskAsync(client));
    }

    [Fact]
    public async Task A_request_under_way_is_answered_by_what_it_came_to()
    {
        var old = new Saying("old") { Waits = true };
        using var engine = new RunningEngine(new() { Front = old });
        using var client = await engine.ConnectAsync();
        await client.PostAsync("/", "a body");
        await old.HasCome.Task.WaitAsync(RawHttpClient.Patience, TestContext.Current.CancellationToken);

        await engine.ChangeAsync(front => front with { Handler = new Saying("new"), MaxRequestBodyBytes = 1 });
        old.Go.SetResult(true);

        Assert.Equal("old", await (await client.ReadResponseAsync()).ReadBodyAsync());
        Assert.Equal("new", await AskAsync(client));
    }

    [Fact]
    public async Task Held_answers_stay_and_hear_what_is_published()
    {
        using var engine = new RunningEngine();
        var (client, response) = await engine.SubscribeAsync("a");
        using (client)
        {
            await engine.ChangeAsync(front => front with { Handler = new Saying("new") });
            await engine.PushAsync("a", "hello");

            Assert.Contains("hello", await response.ReadChunkAsync());
        }
    }

    [Fact]
    public async Task Lengths_of_requests_are_limited_as_is_said_now()
    {
        using var engine = new RunningEngine(new() { Front = new Saying("old") });
        using var client = await engine.ConnectAsync();
        Assert.Equal("old", await AskAsync(client));

        await engine.ChangeAsync(front => front with { MaxRequestBodyBytes = 1 });

        await client.PostAsync("/", "two");
        Assert.Equal(413, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Connections_of_an_address_are_counted_from_when_they_are_limited()
    {
        using var engine = new RunningEngine(new() { Front = new Saying("old") });
        using var before = await engine.ConnectAsync();
        Assert.Equal("old", await AskAsync(before));

        await engine.ChangeAsync(
            front => front, new EngineOptions { Reactors = 2, MaxConnectionsPerAddress = 1 });

        using var first = await engine.ConnectAsync();
        Assert.Equal("old", await AskAsync(first));
        using var second = await engine.ConnectAsync();
        await second.GetAsync("/");
        Assert.Equal(503, (await second.ReadResponseAsync()).Status);
        Assert.Equal("old", await AskAsync(before));
    }

    private static async Task<string> AskAsync(RawHttpClient client)
    {
        await client.GetAsync("/");
        return await (await client.ReadResponseAsync()).ReadBodyAsync();
    }

    private sealed class Saying(string text) : IRequestHandler
    {
        private static readonly ResponseHead Ok = new("200 OK", []);

        /// <summary>Whether a request is postponed until it may go on.</summary>
        public bool Waits { get; init; }

        public TaskCompletionSource HasCome { get; } = new();

        public TaskCompletionSource<bool> Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Handle(in HttpRequest request, IExchange exchange)
        {
            if (Waits && !exchange.TryRecall("go"u8, out bool _))
            {
                HasCome.TrySetResult();
                exchange.TryAwait("go"u8, new ValueTask<bool>(Go.Task), out _);
                return;
            }

            exchange.Reply(Ok, System.Text.Encoding.ASCII.GetBytes(text));
        }
    }
}
