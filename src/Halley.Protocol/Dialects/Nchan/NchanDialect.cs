using Halley.Broker;
using Halley.Protocol.Backends;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// nchan's way to speak HTTP, on the same channels as all dialects. A group's channel is the channel <c>group/id</c>.
/// </summary>
public sealed class NchanDialect
{
    private readonly NchanChannels _channels;
    private readonly IBackend _backend;

    /// <param name="hub">It is observed from now on. Nothing has happened in it yet.</param>
    /// <param name="backend">Whom locations ask that have an authorize_request or an upstream_request.</param>
    public NchanDialect(Hub hub, IBroker broker, IBackend backend, TimeProvider time)
    {
        var groups = new ChannelGroups();
        hub.Observe(groups);
        _channels = new NchanChannels(hub, broker, groups, time);
        _channels.AnswerForGroups();
        _backend = backend;
    }

    /// <param name="options">Checked ones; see <see cref="NchanOptionsCheck"/>.</param>
    public IEndpoint CreateEndpoint(NchanOptions options, Location location)
    {
        var origins = new Origins(options.AllowOrigin, options.AllowCredentials);
        var hooks = new Hooks(options, location, _backend);
        return options.Kind switch
        {
            NchanKind.Publisher => Publisher(),
            NchanKind.Subscriber => Subscriber(),
            NchanKind.Pubsub => new PubsubEndpoint(options.PublishesByHttp, Publisher(), Subscriber(), origins),
            _ => new GroupEndpoint(options, location, _channels, origins, hooks),
        };

        PublisherEndpoint Publisher() => new(options, location, _channels, origins, hooks);

        SubscriberEndpoint Subscriber() => new(options, location, _channels, origins, hooks);
    }
}
