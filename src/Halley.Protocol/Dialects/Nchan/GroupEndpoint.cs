using Halley.Protocol.Http;
using Halley.Protocol.Reports;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// A group of channels: GET and HEAD tell of it, POST sets its limits, DELETE deletes all its channels, and leaves its
/// limits.
/// </summary>
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
            Heads.Refuse(Refusals.Origin, origin, exchange);
        }
        else if (method == RequestMethod.Options)
        {
            exchange.Reply(Heads.Preflight(Methods, isForSubscribers: false, origin), default);
        }
        else if (method is not (RequestMethod.Get or RequestMethod.Head or RequestMethod.Post or RequestMethod.Delete))
        {
            Heads.Refuse(Refusals.Method(Methods), origin, exchange);
        }
        else if (!ChannelGroup.IsName(name))
        {
            Heads.Refuse(Refusals.GroupName, origin, exchange);
        }
        else if (_hooks.TryAuthorize(request, exchange, origin, [name], ("X-Publisher-Type", "group")))
        {
            Serve(request, name, origin, exchange);
        }
    }

    private void Serve(in RoutedRequest request, byte[] name, string[] origin, IResponder responder)
    {
        var language = Info.LanguageOf(request.Request.Field("Accept"u8));
        if (request.Request.Method == RequestMethod.Delete)
        {
            if (responder.TryRecall("deleted"u8, out GroupInfo last)
                || responder.TryAwait("deleted"u8, _channels.DeleteGroup(name, responder.Dispatcher), out last))
            {
                Reply(last, language, origin, responder);
            }

            return;
        }

        if (!responder.TryRecall("before"u8, out GroupInfo before)
            && !responder.TryAwait("before"u8, _channels.InfoOfGroup(name), out before))
        {
            return;
        }

        if (request.Request.Method == RequestMethod.Post)
        {
            SetLimits(request, name, before, language, origin, responder);
        }
        else
        {
            Reply(before, language, origin, responder);
        }
    }

    private void SetLimits(
        in RoutedRequest request,
        byte[] name,
        in GroupInfo before,
        ReportLanguage language,
        string[] origin,
        IResponder responder)
    {
        var limits = GroupLimits.From(_limits, request, before.Limits, out var isGood);
        if (!isGood)
        {
            Heads.Refuse(Refusals.GroupLimit, origin, responder);
        }
        else if (!responder.TryRecall("limits"u8, out bool isSet)
            && !responder.TryAwait("limits"u8, _channels.SetLimits(name, limits), out isSet))
        {
            return;
        }
        else if (isSet)
        {
            Reply(before with { Limits = limits }, language, origin, responder);
        }
        else
        {
            Heads.Refuse(Refusals.TooManyGroups, origin, responder);
        }
    }

    private static void Reply(GroupInfo info, ReportLanguage language, string[] origin, IResponder responder)
    {
        var body = new ByteBuffer(512);
        info.Write(language, body);
        responder.Reply(Heads.Get("200 OK", Info.TypeOf(language), origin), body.Written);
    }
}
