using System.Net;
using System.Net.Sockets;
using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Engine.Tests;

/// <summary>What one connection does or suffers, another does not notice.</summary>
public sealed class Robustness
{
    [Fact]
    public async Task Work_that_never_ends_does_not_keep_requests_waiting()
    {
        var handler = new Handler();
        using var engine = new RunningEngine(new() { Front = handler, Engine = options => options.Reactors = 1 });
        using var client = await engine.ConnectAsync();
        await client.GetAsync("/work");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);

        using var other = await engine.ConnectAsync();
        await other.GetAsync("/well");
        Assert.Equal(200, (await other.ReadResponseAsync()).Status);
        Assert.True(handler.Endless.Slices > 0, "the work was never run");
    }

    [Fact]
    public async Task An_answer_that_comes_later_is_sent_to_a_client_that_has_ended_its_side()
    {
        var handler = new Handler();
        using var engine = new RunningEngine(new() { Front = handler });
        using var client = await engine.ConnectAsync();
        await client.SendAsync("GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /well HTTP/1.1\r\nHost: x\r\n\r\n");
        client.FinishSending();
        var exchange = await handler.Waiting.Task.WaitAsync(
            RawHttpClient.Patience, TestContext.Current.CancellationToken);
        await EveryReactorTurnsAsync(engine);

        exchange.Dispatcher.Post(new Answer(exchange));

        Assert.Equal("late", await (await client.ReadResponseAsync()).ReadBodyAsync());
        Assert.Equal("well", await (await client.ReadResponseAsync()).ReadBodyAsync());
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task When_all_connections_are_in_use_the_next_one_waits_and_publishers_get_through()
    {
        using var engine = new RunningEngine(new() { Engine = options => options.MaxConnections = 3 });
        var held = new List<RawHttpClient>();
        for (var i = 0; i < 3; i++)
        {
            held.Add((await engine.SubscribeAsync("a")).Client);
        }

        using var waiting = await engine.ConnectAsync();
        await waiting.GetAsync("/ping");
        await engine.PushAsync("a", "hi");
        foreach (var client in held)
        {
            await client.ReadThroughAsync("\"hi\"");
        }

        Assert.Equal("", waiting.Pending());
        held[0].Dispose();
        Assert.Equal(200, (await waiting.ReadResponseAsync()).Status);
        held.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_body_from_an_address_that_may_not_come_is_not_waited_for()
    {
        var rules = new Protocol.Access.AddressRules(["10.0.0.1"], ["all"]);
        using var engine = new RunningEngine(new() { IComet = options => options.AdminRules = rules });
        using var client = await RawHttpClient.ConnectAsync(engine.Admin);
        await client.SendAsync("POST /push HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
        var response = await client.ReadResponseAsync();

        Assert.Equal(403, response.Status);
        Assert.Equal("close", response["Connection"]);
    }

    [Fact]
    public async Task An_engine_that_stops_closes_what_it_holds_and_frees_its_ports()
    {
        var engine = new RunningEngine();
        var (client, response) = await engine.SubscribeAsync("a");
        using var disposed = client;
        var front = engine.Front;

        engine.Dispose();

        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal(BodyFraming.Chunked, response.Framing);
        using var next = new TcpListener(front);
        next.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        next.Start();
    }

    [Fact]
    public void A_port_in_use_is_refused_with_a_reason_even_where_the_other_one_would_share_it()
    {
        using var running = new RunningEngine();
        var handler = new Handler();
        using var second = new Engine(
            new EngineOptions { Reactors = 1 },
            [new ListenerOptions(running.Front, handler)],
            TimeProvider.System,
            NullLogger<Engine>.Instance);

        var refusal = Assert.Throws<ListenException>(() => second.Start());

        Assert.Contains(running.Front.ToString(), refusal.Message, StringComparison.Ordinal);
        Assert.Contains("another program", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_another_machine_is_refused_with_a_reason()
    {
        using var engine = new Engine(
            new EngineOptions { Reactors = 1 },
            [new ListenerOptions(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), new Handler())],
            TimeProvider.System,
            NullLogger<Engine>.Instance);

        Assert.Contains(
            "no such address", Assert.Throws<ListenException>(() => engine.Start()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_versions_of_the_internet_protocol_are_served()
    {
        using var engine = new Engine(
            new EngineOptions { Reactors = 2 },
            [new ListenerOptions(new IPEndPoint(IPAddress.IPv6Any, 0), new Handler())],
            TimeProvider.System,
            NullLogger<Engine>.Instance);
        engine.Start();
        foreach (var address in new[] { IPAddress.IPv6Loopback, IPAddress.Loopback })
        {
            using var client = await RawHttpClient.ConnectAsync(
                new IPEndPoint(address, ((IPEndPoint)engine.EndPoints[0]).Port));
            await client.GetAsync("/who");
            var answer = IPAddress.Parse(await (await client.ReadResponseAsync()).ReadBodyAsync());
            Assert.Equal(address, answer.IsIPv4MappedToIPv6 ? answer.MapToIPv4() : answer);
        }
    }

    // Twice a request to each: what came before it has been seen then.
    private static async Task EveryReactorTurnsAsync(RunningEngine engine)
    {
        for (var i = 0; i < 32; i++)
        {
            using var client = await engine.ConnectAsync();
            await client.GetAsync("/well");
            await client.ReadResponseAsync();
        }
    }

    private sealed class Handler : IRequestHandler
    {
        private static readonly ResponseHead Ok = new("200 OK", ["Content-Type: text/plain"]);

        public TaskCompletionSource<IExchange> Waiting { get; } = new(
            TaskCreationOptions.RunContinuationsAsynchronously);

        public Endless Endless { get; } = new();

        public void Handle(in HttpRequest request, IExchange exchange)
        {
            if (request.Path.SequenceEqual("/later"u8))
            {
                Waiting.SetResult(exchange);
                return;
            }

            if (request.Path.SequenceEqual("/work"u8))
            {
                exchange.Dispatcher.Post(Endless);
            }

            exchange.Reply(Ok, request.Path.SequenceEqual("/who"u8)
                ? System.Text.Encoding.ASCII.GetBytes(exchange.RemoteAddress.ToString())
                : "well"u8);
        }
    }

    private sealed class Endless : IWork
    {
        private int _slices;

        public int Slices => Volatile.Read(ref _slices);

        public bool Run(ref int budget)
        {
            Interlocked.Increment(ref _slices);
            budget = 0;
            return false;
        }
    }

    private sealed class Answer(IExchange exchange) : IWork
    {
        public bool Run(ref int budget)
        {
            exchange.Reply(new ResponseHead("200 OK", []), "late"u8);
            return true;
        }
    }
}
