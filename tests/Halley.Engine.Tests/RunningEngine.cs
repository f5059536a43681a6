using System.Net;
using Halley.Broker;
using Halley.Protocol;
using Halley.Protocol.Dialects.IComet;
using Halley.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Engine.Tests;

/// <summary>
/// An engine on free ports of loopback, with the iComet dialect on two of them, in the test's own process.
/// </summary>
internal sealed class RunningEngine : IDisposable
{
    private readonly Engine _engine;
    private readonly ListenerOptions[] _listeners;

    public RunningEngine(Setup? setup = null)
    {
        setup ??= new Setup();
        var options = new EngineOptions { Reactors = 2 };
        setup.Engine?.Invoke(options);
        var limits = new HubOptions();
        setup.Limits?.Invoke(limits);
        Hub = new Hub(limits, setup.Time);
        var icomet = new ICometOptions();
        setup.IComet?.Invoke(icomet);
        var dialect = new ICometDialect(icomet, limits, Hub, new MemoryBroker(Hub));
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        var front = new ListenerOptions(any, setup.Front ?? dialect.Front);
        var admin = new ListenerOptions(any, dialect.Admin) { MayUseReserve = true, MaxRequestBodyBytes = 16 << 20 };
        _listeners = [setup.Listener?.Invoke(front) ?? front, admin];
        _engine = new Engine(options, _listeners, setup.Time, setup.Logger);
        _engine.Start();
    }

    public Hub Hub { get; }

    /// <summary>How much memory there is in what has not come whole.</summary>
    public long UnfinishedBytes => _engine.UnfinishedBytes;

    public IPEndPoint Front => (IPEndPoint)_engine.EndPoints[0];

    public IPEndPoint Admin => (IPEndPoint)_engine.EndPoints[1];

    public bool IsDrained => _engine.IsDrained;

    /// <summary>Has it take over other options, and another front port's.</summary>
    public Task ChangeAsync(Func<ListenerOptions, ListenerOptions> front, EngineOptions? options = null) =>
        _engine.Change(options ?? new EngineOptions { Reactors = 2 }, [front(_listeners[0]), _listeners[1]]);

    public Task Drain(TimeSpan within) => _engine.Drain(within);

    public Task<RawHttpClient> ConnectAsync() => RawHttpClient.ConnectAsync(Front);

    /// <summary>A subscriber whose answer is held: its head has been read.</summary>
    public async Task<(RawHttpClient Client, RawResponse Response)> SubscribeAsync(
        string channel, string transport = "stream")
    {
        var client = await ConnectAsync();
        await client.GetAsync($"/{transport}?cname={channel}&seq=1");
        return (client, await client.ReadResponseAsync());
    }

    public async Task PushAsync(string channel, string content)
    {
        using var client = await RawHttpClient.ConnectAsync(Admin);
        await client.PostAsync("/push", $"cname={channel}&content={content}");
        var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
    }

    /// <summary>
    /// Returns when every reactor has most likely had a turn: each of several connections that came later was answered.
    /// </summary>
    public async Task AnswersAsync()
    {
        for (var i = 0; i < 4; i++)
        {
            using var client = await ConnectAsync();
            await client.GetAsync("/ping");
            await client.ReadResponseAsync();
        }
    }

    public void Dispose()
    {
        _engine.Dispose();
        Hub.Dispose();
    }

    /// <summary>What a test wants different from the defaults.</summary>
    internal sealed record Setup
    {
        public TimeProvider Time { get; init; } = TimeProvider.System;

        public ILogger<Engine> Logger { get; init; } = NullLogger<Engine>.Instance;

        public Action<EngineOptions>? Engine { get; init; }

        public Action<ICometOptions>? IComet { get; init; }

        public Action<HubOptions>? Limits { get; init; }

        public Func<ListenerOptions, ListenerOptions>? Listener { get; init; }

        /// <summary>Another handler in place of the dialect's front.</summary>
        public IRequestHandler? Front { get; init; }
    }
}
