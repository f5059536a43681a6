using Halley.Broker;
using Halley.Channels;
using Halley.Protocol.Access;
using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Dialects.MiniComet;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Routing;
using Halley.Protocol.Tests.Api;
using Halley.Protocol.Tests.Routing;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>No publisher is told that a message is on its way which is not, whatever a broker says of it.</summary>
public sealed class UnpublishedTests : IDisposable
{
    private readonly Hub _hub = new(new HubOptions(), new ManualTime());

    public void Dispose() => _hub.Dispose();

    [Theory]
    [InlineData("icomet", "GET /push?cname=1&content=hi")]
    [InlineData("push-stream", "POST /pub?id=1")]
    [InlineData("minicomet", "GET /pub?id=1&content=hi")]
    public void Only_what_is_published_is_answered_with_success(string dialect, string request)
    {
        var dispatcher = new ManualDispatcher();
        var listener = new RecordingExchange(dispatcher);
        _hub.Attach("1"u8, listener.Subscription, new AttachOptions(), listener);
        foreach (var status in Enum.GetValues<PublishStatus>())
        {
            var exchange = new RecordingExchange(dispatcher);
            Served(dialect, new DistantBroker(new MemoryBroker(_hub)) { Says = status }).Ask(request, "hi", exchange);
            dispatcher.RunAll();
            Assert.Equal(
                (status, status == PublishStatus.Published),
                (status, exchange.Status.StartsWith('2')));
        }
    }

    private IRequestHandler Served(string dialect, DistantBroker broker)
    {
        if (dialect == "icomet")
        {
            return new ICometDialect(new ICometOptions(), new HubOptions(), _hub, broker).Admin;
        }

        var options = new EndpointOptions { Kind = PushStreamKind.AdminPublisher, ChannelsPath = "$arg_id" };
        IEndpoint endpoint = dialect == "minicomet"
            ? new MiniCometDialect(new MiniCometOptions(), _hub, broker)
            : new PushStreamDialect(new PushStreamOptions(), _hub, broker, new ManualTime())
                .CreateEndpoints([(options, RequestFor.At("/"))])[0];
        return new EndpointRouter([new EndpointRoute(RequestFor.At("/"), AddressRules.Everybody, endpoint)]);
    }
}
