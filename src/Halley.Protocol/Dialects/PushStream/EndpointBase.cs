using Halley.Protocol.Clients;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The common part of push-stream's endpoints: their channels' path, their heads, and the first looks at a request. Any
/// thread.
/// </summary>
internal abstract class EndpointBase : IEndpoint
{
    private readonly EndpointChoices _always;
    private readonly (Condition When, EndpointChoices Choices)[] _if;

    private readonly Admission _admission;

    protected EndpointBase(EndpointOptions options, Location location, ChannelDirectory channels, HeadMaker heads)
    {
        _always = EndpointChoices.Of(options, location);
        _if =
        [
            .. options.If.Select(conditional => (
                Condition.Parse(conditional.When, location), EndpointChoices.Of(conditional, location))),
        ];
        _admission = options.Admission;
        Channels = channels;
        Heads = heads;
        MaxBodyBytes = options.MaxBodyBytes;
    }

    public int MaxBodyBytes { get; }

    protected ChannelDirectory Channels { get; }

    protected HeadMaker Heads { get; }

    public abstract void Handle(in RoutedRequest request, IExchange exchange);

    /// <summary>Makes this endpoint's word on origins; null where it says nothing.</summary>
    protected static Expression? OriginOf(EndpointOptions options, Location location) =>
        options.AllowedOrigins.Length == 0 ? null : Expression.Parse(options.AllowedOrigins, location);

    protected EndpointChoices ChoicesFor(in RoutedRequest request)
    {
        var choices = _always;
        foreach (var (when, others) in _if)
        {
            if (when.Holds(request))
            {
                choices = choices.With(others);
            }
        }

        return choices;
    }

    /// <summary>The channels that a request names.</summary>
    /// <returns>Why they are not taken; null where they are, or where there is none.</returns>
    protected Refusal? ReadChannels(in RoutedRequest request, EndpointChoices choices, out ChannelPath named)
    {
        named = ChannelPath.Parse(choices.ChannelsPath!.Evaluate(request));
        return named.Count > Channels.Options.MaxChannelsPerRequest ? Refusals.TooManyInRequest : null;
    }

    /// <summary>Asks whether a client may; see <see cref="Admission.TryAdmit"/>.</summary>
    protected bool TryAdmit(
        in RoutedRequest request,
        IExchange exchange,
        ClientAction action,
        ChannelPath named,
        string[] origin,
        out Refusal? refusal,
        bool isRead = false)
    {
        refusal = null;
        return _admission.IsOpenTo(exchange)
            || _admission.TryAdmit(request, exchange, action, named.ToIds(), origin, out refusal, isRead);
    }

    /// <summary>Asks whether it may publish, too; see <see cref="Admission.TryAskToPublish"/>.</summary>
    protected bool TryAskToPublish(in RoutedRequest request, IExchange exchange, ChannelPath named) =>
        _admission.IsOpenTo(exchange) || _admission.TryAskToPublish(request, exchange, named.ToIds());

    /// <summary>The same, for a subscriber, whom channels may be created for.</summary>
    protected Refusal? ReadChannels(
        in RoutedRequest request, EndpointChoices choices, IExchange exchange, out ChannelPath named)
    {
        var refusal = ReadChannels(request, choices, out named);
        named.Creator = Channels.CountsCreators ? exchange.ShareOf(request.Request.Head) : default;
        return refusal;
    }
}
