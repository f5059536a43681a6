using System.Globalization;
using Halley.Broker;
using Halley.Protocol.Access;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;
using Halley.Protocol.Tests.Routing;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.PushStream;

/// <summary>
/// A hub with push-stream's endpoints and no socket: /pub (an administrator's, which stores), /stats, and a
/// subscriber's at /sub/CHANNELS.
/// </summary>
internal sealed class PushStreamNode : IDisposable
{
    /// <summary>What the tests' own template says of a message.</summary>
    public const string Template = "[~id~|~channel~|~text~|~event-id~|~event-type~|~tag~]";

    private readonly EndpointRouter _router;

    public PushStreamNode(
        EndpointOptions? subscriber = null,
        PushStreamOptions? options = null,
        EndpointOptions? publisher = null,
        HubOptions? limits = null)
    {
        Hub = new Hub(limits ?? new HubOptions(), Time);
        subscriber ??= new EndpointOptions { MessageTemplate = Template };
        subscriber.ChannelsPath = "$1";
        publisher ??= new EndpointOptions { Kind = PushStreamKind.AdminPublisher, StoreMessages = true };
        publisher.ChannelsPath ??= "$arg_id";
        (EndpointOptions, Location)[] endpoints =
        [
            (publisher, RequestFor.At("/pub")),
            (
                new EndpointOptions { Kind = PushStreamKind.Statistics, ChannelsPath = "$arg_id" },
                RequestFor.At("/stats")),
            (subscriber, RequestFor.At("~ ^/sub/(.*)$")),
        ];
        Broker = new MemoryBroker(Hub);
        var made = new PushStreamDialect(options ?? new PushStreamOptions(), Hub, Broker, Time).CreateEndpoints(
            endpoints);
        _router = new EndpointRouter(
            endpoints.Zip(
                made, (endpoint, handler) => new EndpointRoute(endpoint.Item2, AddressRules.Everybody, handler)));
    }

    public ManualTime Time { get; } = new();

    public ManualDispatcher Dispatcher { get; } = new();

    public Hub Hub { get; }

    public MemoryBroker Broker { get; }

    /// <summary>The time on the node's clock, as fields have it.</summary>
    public string Date => Time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);

    /// <summary>
    /// What a client gets for <c>METHOD TARGET</c>; a target alone is got. All that follows from it has been told by
    /// then.
    /// </summary>
    public RecordingExchange Ask(string request, string body = "", string fields = "", bool isChunked = false)
    {
        var exchange = new RecordingExchange(Dispatcher) { IsChunked = isChunked };
        request = request.StartsWith('/') ? "GET " + request : request;
        var bytes = $"{request} HTTP/1.1\r\nHost: halley\r\n{fields}{(fields.Length > 0 ? "\r\n" : "")}\r\n".Latin1();
        Assert.Null(RequestParser.Parse(bytes, out var head));
        _router.Handle(
            new HttpRequest(head, UrlEncoding.Decode(head.Path, plusIsSpace: false), body.Latin1()), exchange);
        Dispatcher.RunAll();
        return exchange;
    }

    /// <summary>Publishes messages to a channel, each of which is taken.</summary>
    public void Publish(string channel, params string[] texts)
    {
        foreach (var text in texts)
        {
            Assert.Equal("200 OK", Ask("POST /pub?id=" + channel, text).Status);
        }
    }

    public void Dispose() => Hub.Dispose();
}
