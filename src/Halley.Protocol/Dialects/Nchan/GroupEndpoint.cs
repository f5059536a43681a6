using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>A group of channels: GET and HEAD tell of it, POST sets its limits, DELETE deletes all its channels, and leaves its limits.</summary>
internal sealed class GroupEndpoint : IEndpoint
{
    private const string Methods = "GET, HEAD, POST, DELETE";

    private readonly NchanOptions _options;
    private readonly NchanChannels _channels;
    private readonly Origins _origins;
    private readonly ChannelIds _ids;
    private readonly Hooks _hooks;
    private readonly LimitExpressions _limits;

    public GroupEndpoint(NchanOptions options, Location location, NchanChannels channels, Origins origins, Hooks hooks)
    {
        _options = options;
        _channels = channels;
        _origins = origins;
        _hooks = hooks;
        _ids = ChannelIds.ForPublisher(options, location);
        _limits = new LimitExpressions(options, location);
    }

    /// <inheritdoc/>
    public int MaxBodyBytes => _options.MaxBodyBytes;

    /// <inheritdoc/>
    public void Handle(in RoutedRequest request, IExchange exchange)
    {
        var method = request.Request.Method;
        var name = _ids.GroupOf(request).ToArray();
        if (!_origins.Admits(request.Request, exchange, out var origin))
        {
            Heads.Refuse(Refusal.Origin, origin, exchange);
        }
        else if (method == RequestMethod.Options)
        {
            exchange.Reply(Heads.Preflight(Methods, isForSubscribers: false, origin), default);
        }
        else if (method is not (RequestMethod.Get or RequestMethod.Head or RequestMethod.Post or RequestMethod.Delete))
        {
            Heads.Refuse(Refusal.Method(Methods), origin, exchange);
        }
        else if (!ChannelGroup.IsName(name))
        {
            Heads.Refuse(Refusal.GroupName, origin, exchange);
        }
        else
        {
            _hooks.Authorize(request, exchange, origin, [name], ("X-Publisher-Type", "group"), (in request) => Serve(request, name, origin, exchange));
        }
    }

    private void Serve(in RoutedRequest request, byte[] name, string[] origin, IExchange exchange)
    {
        var language = Info.LanguageOf(request.Request.Field("Accept"u8));
        switch (request.Request.Method)
        {
            case RequestMethod.Post:
                SetLimits(request, name, language, origin, exchange);
                break;
            case RequestMethod.Delete:
                var info = InfoOf(name);
                var channels = _channels.Groups.Find(name)?.Channels() ?? [];
                exchange.Dispatcher.Post(new Deletion(_channels, channels, () => Reply(info, language, origin, exchange)));
                break;
            default:
                Reply(InfoOf(name), language, origin, exchange);
                break;
        }
    }

    private void SetLimits(in RoutedRequest request, byte[] name, InfoLanguage language, string[] origin, IExchange exchange)
    {
        Refusal? refusal;
        lock (_channels.Groups.AdmissionTo(name))
        {
            var limits = GroupLimits.From(_limits, request, _channels.Groups.Find(name)?.OwnLimits ?? default, out var isGood);
            refusal = !isGood ? Refusal.GroupLimit : _channels.Groups.SetLimits(name, limits) is null ? Refusal.TooManyGroups : null;
        }

        if (refusal is null)
        {
            Reply(InfoOf(name), language, origin, exchange);
        }
        else
        {
            Heads.Refuse(refusal, origin, exchange);
        }
    }

    private GroupInfo InfoOf(byte[] name)
    {
        lock (_channels.Groups.AdmissionTo(name))
        {
            return _channels.Groups.Find(name) is { } group ? group.InfoWith(group.OwnLimits ?? default) : default;
        }
    }

    private static void Reply(GroupInfo info, InfoLanguage language, string[] origin, IExchange exchange)
    {
        var body = new ByteBuffer(512);
        info.Write(language, body);
        exchange.Reply(Heads.Get("200 OK", Info.TypeOf(language), origin), body.Written);
    }

    /// <summary>Deletes channels, a slice at a time: there may be many. One that is made meanwhile stays.</summary>
    private sealed class Deletion(NchanChannels channels, Channel[] condemned, Action whenDone) : IWork
    {
        private int _next;

        public bool Run(ref int budget)
        {
            for (; budget > 0 && _next < condemned.Length; budget--)
            {
                channels.TryDelete(condemned[_next++].Name, out _);
            }

            if (_next < condemned.Length)
            {
                return false;
            }

            whenDone();
            return true;
        }
    }
}
