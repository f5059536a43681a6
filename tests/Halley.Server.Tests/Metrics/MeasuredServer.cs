using System.Net;
using Halley.Engine;
using Halley.Protocol.Dialects.IComet;
using Halley.Redis;
using Halley.Server.Configuration;
using Halley.Server.Metrics;
using Halley.Server.Tls;
using Halley.Server.Webhooks;
using Halley.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Halley.Server.Tests.Metrics;

/// <summary>
/// An engine that is measured, with one reactor, on a free port of loopback; beside it a Redis that is never reached,
/// and a listener with TLS that nobody comes to.
/// </summary>
internal sealed class MeasuredServer : IAsyncDisposable
{
    private readonly Hub _hub = new(new HubOptions(), TimeProvider.System);
    private readonly Hub _other = new(new HubOptions(), TimeProvider.System);
    private readonly RedisBroker _redis;
    private readonly Engine.Engine _engine;
    private readonly TlsHost _tls;
    private readonly WebhookTeller _webhooks;

    public MeasuredServer()
    {
        _redis = new RedisBroker(
            _other,
            new RedisOptions { Connection = new ConfigurationOptions { EndPoints = { "127.0.0.1:1" } }, Node = "a" },
            TimeProvider.System,
            NullLogger.Instance);
        Metrics = new ProcessMetrics(_hub, () => _engine, _redis, () => _tls);
        var options = HalleyConfiguration.Read(
            """
            { "webhooks": [ { "name": "app", "url": "http://127.0.0.1:1/", "events": ["publication"],
              "prefixes": [""], "secret": "0123456789abcdef0123456789abcdef" } ] }
            """u8,
            "h.json");
        _webhooks = WebhookTeller.Begin(
            options,
            WebhookTeller.RulesOf(options, TimeProvider.System),
            _hub,
            null,
            null,
            TimeProvider.System,
            NullLogger.Instance)!;
        Metrics.Meter.CreateOfWebhooks(_webhooks);
        var dialect = new ICometDialect(new ICometOptions(), new HubOptions(), _hub, Metrics.Broker);
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        using (var authority = new Authority())
        {
            var (certificate, key) = authority.IssueFor("localhost");
            _tls = new TlsHost(
                new HalleyOptions(),
                [(
                    new ListenerOptions(any, dialect.Front),
                    new ListenerTls { Certificates = [certificate], Keys = [key] })],
                handed: null,
                TimeProvider.System,
                NullLogger.Instance);
        }

        _engine = new Engine.Engine(
            new EngineOptions
            {
                Reactors = 1,
                MaxConnectionsPerAddress = 1,
                TurnDuration = Metrics.Meter.TurnDuration,
            },
            [
                new ListenerOptions(any, dialect.Front),
                new ListenerOptions(any, dialect.Admin) { MayUseReserve = true },
            ],
            TimeProvider.System,
            NullLogger<Engine.Engine>.Instance);
    }

    public ProcessMetrics Metrics { get; }

    public IPEndPoint Front => (IPEndPoint)_engine.EndPoints[0];

    public IPEndPoint Admin => (IPEndPoint)_engine.EndPoints[1];

    public void Start() => _engine.Start();

    /// <summary>
    /// Has something of everything happen: a subscriber with a place stays, and hears of one message.
    /// </summary>
    public async Task<RawHttpClient> DoSomethingAsync()
    {
        var subscriber = await RawHttpClient.ConnectAsync(Front);
        await subscriber.GetAsync("/sse?cname=news&epoch=1&seq=5");
        var answer = await subscriber.ReadResponseAsync();
        Assert.Contains("reset", await answer.ReadChunkAsync(), StringComparison.Ordinal);
        using (var refused = await RawHttpClient.ConnectAsync(Front))
        {
            await refused.GetAsync("/ping");
            Assert.Equal(503, (await refused.ReadResponseAsync()).Status);
        }

        await AskAsync("/push?cname=news&content=hello", 200);
        await AskAsync("/nothing", 404);
        Assert.Contains("hello", await answer.ReadChunkAsync(), StringComparison.Ordinal);
        return subscriber;
    }

    public async ValueTask DisposeAsync()
    {
        _tls.Dispose();
        _engine.Dispose();
        _webhooks.Dispose();
        Metrics.Dispose();
        await _redis.DisposeAsync();
        _other.Dispose();
        _hub.Dispose();
    }

    private async Task AskAsync(string target, int status)
    {
        using var client = await RawHttpClient.ConnectAsync(Admin);
        await client.GetAsync(target);
        Assert.Equal(status, (await client.ReadResponseAsync()).Status);
    }
}
