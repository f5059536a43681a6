using Halley.AspNetCore.Hosting;
using Halley.Protocol.Dialects.Api;
using Halley.Protocol.Dialects.Centrifugo;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Options;
using Halley.Protocol.Routing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

// Other servers' ways to speak HTTP, for clients and back ends that are there already.
public static partial class HalleyEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps where Centrifugo's SDKs connect: <c>/websocket</c>, <c>/sse</c>, <c>/http_stream</c> and
    /// <c>/emulation</c> below the pattern, and <c>/uni_websocket</c>, <c>/uni_sse</c> and <c>/uni_http_stream</c>
    /// for one way. A client is the user that the application knows; it publishes where
    /// <see cref="Halley.AspNetCore.HalleyOptions.PublishPolicy"/> lets it.
    /// </summary>
    /// <param name="configure">
    /// What differs from Centrifugo's own defaults. Proxies are none of it: the application is asked by its policies.
    /// </param>
    /// <returns>For conventions, such as RequireAuthorization.</returns>
    /// <exception cref="OptionsValidationException">An option is not right; the message says what would be.</exception>
    public static IEndpointConventionBuilder MapHalleyCentrifugo(
        this IEndpointRouteBuilder endpoints, string pattern, Action<CentrifugoOptions>? configure = null)
    {
        var host = HostOf(endpoints);
        var options = new CentrifugoOptions();
        configure?.Invoke(options);
        var location = new RouteLocation("/").Location;
        Require<CentrifugoOptions>(
            pattern,
            [.. CentrifugoOptionsCheck.Mistakes(options, location), .. Backends(CentrifugoOptions.Table, options)]);
        var endpoint = host.Dialects.Centrifugo(options);
        var handler = host.Dialects.Routed(endpoint, location);
        return endpoints.Map(
            Below(pattern),
            context => host.AnswerClientAsync(
                context, PathBelow(context), handler, endpoint.MaxBodyBytes, publishes: false));
    }

    /// <summary>
    /// Maps Centrifugo's server API for the libraries that back ends have for it: <c>/publish</c>, <c>/broadcast</c>
    /// and the rest of it below the pattern. Whoever may come here may publish anything: require authorization.
    /// </summary>
    /// <returns>For conventions, such as RequireAuthorization.</returns>
    public static IEndpointConventionBuilder MapHalleyCentrifugoApi(
        this IEndpointRouteBuilder endpoints, string pattern) =>
        MapForBackEnds(endpoints, pattern, host => host.Dialects.Api(ApiForm.Centrifugo));

    /// <summary>
    /// Maps what iComet has for publishers and operators: <c>/push</c>, <c>/broadcast</c>, <c>/close</c>,
    /// <c>/info</c> and the rest of it below the pattern. Whoever may come here may publish anything: require
    /// authorization.
    /// </summary>
    /// <returns>For conventions, such as RequireAuthorization.</returns>
    public static IEndpointConventionBuilder MapHalleyICometAdmin(
        this IEndpointRouteBuilder endpoints, string pattern) =>
        MapForBackEnds(endpoints, pattern, host => host.Dialects.ICometAdmin);

    /// <summary>
    /// Maps one endpoint of nginx-push-stream-module's kinds. The parameters of the pattern are variables in the
    /// options: with <c>/sub/{channels}</c>, <c>$channels</c>. Where there is one, it names the channels.
    /// </summary>
    /// <param name="pattern">Such as <c>/sub/{**channels}</c>, for several channels with slashes between.</param>
    /// <param name="kind">
    /// What it is to its clients. Publishers publish to any channel, and statistics tell of all: require authorization.
    /// </param>
    /// <param name="configure">What differs from the module's defaults.</param>
    /// <returns>For conventions, such as RequireAuthorization.</returns>
    /// <exception cref="OptionsValidationException">An option is not right; the message says what would be.</exception>
    public static IEndpointConventionBuilder MapHalleyPushStream(
        this IEndpointRouteBuilder endpoints,
        string pattern,
        PushStreamKind kind,
        Action<EndpointOptions>? configure = null)
    {
        var host = HostOf(endpoints);
        var route = new RouteLocation(pattern);
        var options = new EndpointOptions { Kind = kind, ChannelsPath = route.OnlyVariable };
        configure?.Invoke(options);
        options.Kind = kind;
        string[] files = options.HeaderTemplateFile is null
            ? []
            : ["header_template_file is read by the server alone; set HeaderTemplate"];
        Require<EndpointOptions>(
            pattern, [.. OptionsCheck.Mistakes(options, route.Location, host.Options.PushStream), .. files]);
        return Map(endpoints, pattern, host, route, host.Dialects.PushStream(options, route.Location));
    }

    /// <summary>
    /// Maps one location of nchan's kinds. The parameters of the pattern are variables in the options: with
    /// <c>/chat/{channel}</c>, <c>$channel</c>. Where there is one, it names the channel, or the group.
    /// </summary>
    /// <param name="kind">
    /// What it is. Publishers publish to any channel, and a group's location deletes them: require authorization.
    /// </param>
    /// <param name="configure">
    /// What differs from nchan's defaults. Requests to an upstream are none of it: the application is asked by its
    /// policies.
    /// </param>
    /// <returns>For conventions, such as RequireAuthorization.</returns>
    /// <exception cref="OptionsValidationException">An option is not right; the message says what would be.</exception>
    public static IEndpointConventionBuilder MapHalleyNchan(
        this IEndpointRouteBuilder endpoints, string pattern, NchanKind kind, Action<NchanOptions>? configure = null)
    {
        var host = HostOf(endpoints);
        var route = new RouteLocation(pattern);
        var options = new NchanOptions();
        configure?.Invoke(options);
        options.Kind = kind;
        NameChannels(options, route);
        Require<NchanOptions>(
            pattern,
            [.. NchanOptionsCheck.Mistakes(options, route.Location), .. Backends(NchanTable.All, options)]);
        return Map(endpoints, pattern, host, route, host.Dialects.Nchan(options, route.Location));
    }

    private static IEndpointConventionBuilder Map(
        IEndpointRouteBuilder endpoints, string pattern, HalleyHost host, RouteLocation route, IEndpoint endpoint)
    {
        var handler = host.Dialects.Routed(endpoint, route.Location);
        return endpoints.Map(
            pattern,
            context => host.AnswerClientAsync(
                context, route.PathOf(context), handler, endpoint.MaxBodyBytes, publishes: true));
    }

    private static void NameChannels(NchanOptions options, RouteLocation route)
    {
        if (route.OnlyVariable is not { } variable)
        {
            return;
        }

        if (options.Kind == NchanKind.Group)
        {
            options.ChannelGroup = options.ChannelGroup.Length == 0 ? variable : options.ChannelGroup;
        }
        else if (options.ChannelId.Count + options.PublisherChannelId.Count + options.SubscriberChannelId.Count == 0)
        {
            options.ChannelId.Add(variable);
        }
    }

    private static IEnumerable<string> Backends<T>(IEnumerable<Option<T>> table, T options) => table
        .Where(option => option.Kind == ValueKind.Backend && option.Get(options).Count > 0)
        .Select(option => $"{option.Name} asks a server, and an application asks its policies "
            + "(HalleyOptions.ChannelPolicy and PublishPolicy)");

    private static void Require<T>(string pattern, IReadOnlyList<string> mistakes)
    {
        if (mistakes.Count > 0)
        {
            throw new OptionsValidationException(
                typeof(T).Name, typeof(T), mistakes.Select(mistake => $"{pattern}: {mistake}."));
        }
    }
}
