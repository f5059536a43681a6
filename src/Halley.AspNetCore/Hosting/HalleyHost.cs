using Halley.Broker;
using Halley.Protocol;
using Halley.Protocol.Clients;
using Halley.Protocol.Explaining;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Halley.AspNetCore.Hosting;

/// <summary>The channels of an application, what is served of them, and who is there.</summary>
internal sealed class HalleyHost : IDisposable, IAsyncDisposable
{
    // What the HTTP API takes; a longer body is refused by it.
    private const int MaxApiBody = 4 << 20;

    private const long MaxUnsharedBytes = 256L << 20;
    private const long MaxUnfinishedBytes = 256L << 20;

    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(60);

    private readonly ILogger _logger;
    private readonly IHostedBroker? _elsewhere;
    private readonly CancellationTokenRegistration _stopping;
    private readonly Exchanges _exchanges;
    private readonly BodyReceiver _bodies;
    private readonly ExchangeOptions _ofEach;

    public HalleyHost(
        IOptions<HalleyOptions> options,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        ILogger<HalleyHost> logger,
        HostedBrokerFactory? makeBroker = null)
    {
        Options = options.Value;
        _logger = logger;
        _exchanges = new Exchanges(Options.MaxSubscribers, MaxUnsharedBytes, MaxUnfinishedBytes, time, logger);
        _bodies = new BodyReceiver(_exchanges, BodyTimeout);
        _ofEach = new ExchangeOptions(Options.MaxQueuedBytes);
        var limits = new HubOptions
        {
            HistorySize = Options.HistorySize,
            IdleTimeout = Options.ChannelTimeout,
            MaxChannels = Options.MaxChannels,
            MaxStoredBytes = Options.MaxStoredBytes,
            SlowConsumersOf = _ => Options.SlowConsumers,
        };
        Hub = new Hub(limits, time);
        _elsewhere = makeBroker?.Invoke(Hub, limits);
        Clients = new ClientRegistry(ClientLimits.None, time);
        ClientSurvey.AnswerFor(Clients, Hub);
        var connected = new ExchangeClients(_exchanges);
        ConnectionSurvey.AnswerFor(connected, Hub);
        ExplainSurvey.AnswerFor(connected, Hub);
        NodeSurvey.AnswerForProcess(Hub, Clients, () => _exchanges.Count);
        NodeSurvey.AnswerForNode(Hub, Environment.MachineName, Dialects.Version, time);
        Dialects = new Dialects(Options, limits, Hub, Broker, Clients, time);
        _stopping = lifetime.ApplicationStopping.Register(_exchanges.Stop);
    }

    public HalleyOptions Options { get; }

    public Hub Hub { get; }

    public IBroker Broker => _elsewhere?.Broker ?? Hub.Broker;

    /// <summary>The reason why channels cannot be used now; null where they can.</summary>
    public string? Error => _elsewhere?.Error;

    public ClientRegistry Clients { get; }

    /// <summary>The dialects that the channels are served in.</summary>
    public Dialects Dialects { get; }

    public Task StartAsync(CancellationToken cancellation) =>
        _elsewhere?.StartAsync(cancellation) ?? Task.CompletedTask;

    /// <summary>A dispatcher for one more subscriber.</summary>
    public Loop NextLoop() => _exchanges.NextLoop();

    /// <summary>Answers a request of a client, and holds the answer as long as it lasts.</summary>
    /// <param name="path">What of the path is below the endpoint's own: begins with a slash.</param>
    /// <param name="most">Bytes of a body, or of a message over a WebSocket, that are taken.</param>
    /// <param name="publishes">Whether clients publish here where no policy says who may.</param>
    public async Task AnswerClientAsync(
        HttpContext context, string path, IRequestHandler handler, int most, bool publishes)
    {
        var rules = Options is { ChannelPolicy: null, PublishPolicy: null } && publishes
            ? null
            : new ApplicationRules(context, Options, publishes, _logger);
        await AnswerAsync(context, path, handler, most, new Visitor(Clients, Options.UserOf(context) ?? "", rules))
            .ConfigureAwait(false);
        if (rules is not null)
        {
            await rules.AnswerIfRefusedAsync(context).ConfigureAwait(false);
        }
    }

    /// <summary>Answers a request of a back end, which may do what it asks for.</summary>
    /// <inheritdoc cref="AnswerClientAsync"/>
    public Task AnswerBackEndAsync(HttpContext context, string path, IRequestHandler handler) =>
        AnswerAsync(context, path, handler, MaxApiBody, visitor: null);

    private Task AnswerAsync(
        HttpContext context, string path, IRequestHandler handler, int most, Visitor? visitor) =>
        RawRequest.Of(context, path, out var error) is { } request
            ? _exchanges.AnswerAsync(
                context, request, handler, _ofEach with { MaxMessageBytes = most }, _bodies, most, visitor)
            : _exchanges.RefuseAsync(context, error!, _ofEach);

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        await _stopping.DisposeAsync().ConfigureAwait(false);
        _exchanges.Stop();
        if (_elsewhere is not null)
        {
            await _elsewhere.DisposeAsync().ConfigureAwait(false);
        }

        _exchanges.Dispose();
        Hub.Dispose();
    }
}
