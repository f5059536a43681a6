using Halley.Broker;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// nginx-push-stream-module's way to speak HTTP: publishers, statistics and subscribers, each at a location of its own.
/// </summary>
public sealed class PushStreamDialect
{
    private readonly ChannelDirectory _channels;
    private readonly TimeProvider _time;

    /// <param name="options">Checked ones; see <see cref="OptionsCheck"/>.</param>
    /// <param name="hub">It is observed from now on. Nothing has happened in it yet.</param>
    public PushStreamDialect(PushStreamOptions options, Hub hub, IBroker broker, TimeProvider time)
    {
        _channels = new ChannelDirectory(options, hub, broker, time);
        _time = time;
    }

    /// <summary>
    /// Takes over other limits. Texts, and the special channels' prefix and id, are those of the start.
    /// </summary>
    public void Change(PushStreamOptions options) => _channels.Change(options);

    /// <summary>
    /// Makes all endpoints of a server, in the order given: how far a padding goes depends on all of them.
    /// </summary>
    /// <param name="endpoints">Checked ones, and where they are.</param>
    public IReadOnlyList<IEndpoint> CreateEndpoints(
        IReadOnlyList<(EndpointOptions Options, Location Location)> endpoints)
    {
        var largestPadding = endpoints
            .Select(endpoint => PaddingRules.TryParse(endpoint.Options.PaddingByUserAgent, out var rules, out _)
                ? rules.Largest
                : 0)
            .DefaultIfEmpty()
            .Max();
        return [.. endpoints.Select(endpoint => Create(endpoint.Options, endpoint.Location, largestPadding))];
    }

    private IEndpoint Create(EndpointOptions options, Location location, int largestPadding) => options.Kind switch
    {
        PushStreamKind.Publisher or PushStreamKind.AdminPublisher =>
                new PublisherEndpoint(options, location, _channels),
        PushStreamKind.Statistics => new StatisticsEndpoint(options, location, _channels),
        PushStreamKind.WebSocket => new WebSocketEndpoint(options, location, _channels),
        _ => new SubscriberEndpoint(options, location, _channels, largestPadding, _time),
    };
}
