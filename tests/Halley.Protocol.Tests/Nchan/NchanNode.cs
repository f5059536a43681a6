using System.Globalization;
using System.Text.RegularExpressions;
using Halley.Broker;
using Halley.Protocol.Access;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;
using Halley.Protocol.Tests.Routing;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Nchan;

/// <summary>
/// A hub with nchan's locations and no socket: /pub/CHANNEL, /sub/CHANNEL (several parted by commas), /ps/CHANNEL, and
/// in groups /g/GROUP/pub/CHANNEL, /g/GROUP/sub/CHANNEL and /group/GROUP, whose limits are the arguments c, s, m and b.
/// </summary>
internal sealed class NchanNode : IDisposable
{
    private readonly EndpointRouter _router;

    public NchanNode(Action<NchanOptions>? configure = null, HubOptions? limits = null)
    {
        Hub = new Hub(limits ?? new HubOptions(), Time);
        var dialect = new NchanDialect(Hub, new MemoryBroker(Hub), Backend, Time);
        _router = new EndpointRouter(
        [
            Route("~ ^/pub/(.*)$", NchanKind.Publisher, options => options.ChannelId.Add("$1")),
            Route("~ ^/sub/(.*)$", NchanKind.Subscriber, options => options.ChannelId.Add("$1")),
            Route("~ ^/ps/(.*)$", NchanKind.Pubsub, options => options.ChannelId.Add("$1")),
            Route("~ ^/g/([^/]*)/pub/(.*)$", NchanKind.Publisher, InGroup),
            Route("~ ^/g/([^/]*)/sub/(.*)$", NchanKind.Subscriber, InGroup),
            Route("~ ^/group/(.*)$", NchanKind.Group, options =>
            {
                options.ChannelGroup = "$1";
                options.GroupMaxChannels = "$arg_c";
                options.GroupMaxSubscribers = "$arg_s";
                options.GroupMaxMessages = "$arg_m";
                options.GroupMaxMessagesMemory = "$arg_b";
            }),
        ]);

        EndpointRoute Route(string location, NchanKind kind, Action<NchanOptions> choose)
        {
            var options = new NchanOptions { Kind = kind, ChannelIdSplitDelimiter = "," };
            choose(options);
            if (kind != NchanKind.Group)
            {
                configure?.Invoke(options);
            }

            var at = RequestFor.At(location);
            return new EndpointRoute(at, AddressRules.Everybody, dialect.CreateEndpoint(options, at));
        }

        static void InGroup(NchanOptions options)
        {
            options.ChannelGroup = "$1";
            options.ChannelId.Add("$2");
        }
    }

    public ManualTime Time { get; } = new();

    public ManualDispatcher Dispatcher { get; } = new();

    public FakeBackend Backend { get; } = new();

    public Hub Hub { get; }

    /// <summary>Whose word about clients is taken where they come.</summary>
    public TrustedProxies TrustedProxies { get; set; } = TrustedProxies.None;

    /// <summary>The second on the node's clock, as ids have it.</summary>
    public string Second => Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>The same as fields have it.</summary>
    public string Date => Time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);

    /// <summary>
    /// What a client gets for <c>METHOD TARGET</c>; a target alone is got. All that follows from it has been told by
    /// then.
    /// </summary>
    /// <param name="fields">Parted by bars.</param>
    public RecordingExchange Ask(string request, string body = "", string fields = "", bool isChunked = false)
    {
        var exchange = AskOn(Dispatcher, request, body, fields, isChunked);
        Dispatcher.RunAll();
        return exchange;
    }

    /// <summary>The same for a client that lives on a thread of its own.</summary>
    public RecordingExchange AskOn(
        ManualDispatcher dispatcher, string request, string body = "", string fields = "", bool isChunked = false)
    {
        var exchange = new RecordingExchange(dispatcher) { IsChunked = isChunked, TrustedProxies = TrustedProxies };
        request = request.StartsWith('/') ? "GET " + request : request;
        var lines = fields.Length == 0 ? "" : fields.Replace("|", "\r\n", StringComparison.Ordinal) + "\r\n";
        var bytes = $"{request} HTTP/1.1\r\nHost: halley\r\n{lines}\r\n".Latin1();
        exchange.HandleAgain = Handle;
        Handle();
        return exchange;

        void Handle()
        {
            Assert.Null(RequestParser.Parse(bytes, out var head));
            _router.Handle(
                new HttpRequest(head, UrlEncoding.Decode(head.Path, plusIsSpace: false), body.Latin1()), exchange);
        }
    }

    /// <summary>Publishes messages to a channel, each of which is taken.</summary>
    public void Publish(string channel, params string[] texts)
    {
        foreach (var text in texts)
        {
            Assert.Matches(new Regex("^20[12] "), Ask("POST /pub/" + channel, text).Status);
        }
    }

    public void Dispose() => Hub.Dispose();
}
