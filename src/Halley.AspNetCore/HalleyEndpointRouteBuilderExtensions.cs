using Halley.AspNetCore.Hosting;
using Halley.Protocol;
using Halley.Protocol.Dialects.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>
/// Maps where clients and back ends come. All of it is about the same channels: what is published in one way is heard
/// in the others. When the application is built, before it is started.
/// </summary>
public static partial class HalleyEndpointRouteBuilderExtensions
{
    // Of a request that has no use for a body, or of a WebSocket's message.
    private const int MaxBody = 64 << 10;

    /// <summary>
    /// Maps where browsers subscribe: <c>/sse</c>, <c>/ws</c>, <c>/stream</c>, <c>/poll</c> and <c>/iframe</c> below
    /// the pattern, with <c>?cname=CHANNEL</c>, and <c>epoch</c> and <c>seq</c> to be told what was missed.
    /// </summary>
    /// <returns>For conventions, such as RequireAuthorization, RequireCors and RequireRateLimiting.</returns>
    public static IEndpointConventionBuilder MapHalley(this IEndpointRouteBuilder endpoints, string pattern)
    {
        var host = HostOf(endpoints);
        var handler = host.Dialects.Front;
        return endpoints.Map(
            Below(pattern),
            context => host.AnswerClientAsync(context, PathBelow(context), handler, MaxBody, publishes: true));
    }

    /// <summary>
    /// Maps the HTTP API for other back ends: <c>/publish</c>, <c>/history</c> and the rest of it below the pattern.
    /// Whoever may come here may publish anything: require authorization.
    /// </summary>
    /// <returns>For conventions, such as RequireAuthorization.</returns>
    public static IEndpointConventionBuilder MapHalleyApi(this IEndpointRouteBuilder endpoints, string pattern) =>
        MapForBackEnds(endpoints, pattern, host => host.Dialects.Api(ApiForm.Halley));

    private static IEndpointConventionBuilder MapForBackEnds(
        IEndpointRouteBuilder endpoints, string pattern, Func<HalleyHost, IRequestHandler> make)
    {
        var host = HostOf(endpoints);
        var handler = make(host);
        return endpoints.Map(
            Below(pattern), context => host.AnswerBackEndAsync(context, PathBelow(context), handler));
    }

    private static HalleyHost HostOf(IEndpointRouteBuilder endpoints) =>
        endpoints.ServiceProvider.GetService<HalleyHost>()
        ?? throw new InvalidOperationException(
            "There are no channels to map: call builder.Services.AddHalley() first.");

    private static string Below(string pattern) => pattern.TrimEnd('/') + "/{**path}";

    private static string PathBelow(HttpContext context) => "/" + context.Request.RouteValues["path"];
}
