using Halley.Protocol.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Halley.AspNetCore.Hosting;

/// <summary>
/// The place of an endpoint in an application, as dialects see it: the parameters of its route are variables, such as
/// <c>$channel</c> for <c>/sub/{channel}</c>, and of the path nothing else is left.
/// </summary>
internal sealed class RouteLocation
{
    private readonly string[] _names;

    public RouteLocation(string pattern)
    {
        var parameters = RoutePatternFactory.Parse(pattern).Parameters;
        _names = [.. parameters.Select(parameter => parameter.Name)];
        var groups = parameters.Select(
            parameter => $"/(?<{parameter.Name}>{(parameter.IsCatchAll ? ".*" : "[^/]*")})");
        Location = Location.TryParse(_names.Length == 0 ? "/" : $"~ ^{string.Concat(groups)}$", out var place, out _)
            ? place
            : throw new ArgumentException(
                $"The parameters of {pattern} want names of letters, digits and _, with a letter first.",
                nameof(pattern));
    }

    public Location Location { get; }

    /// <summary>The one parameter of the route, as a variable; null where there are several, or none.</summary>
    public string? OnlyVariable => _names is [var name] ? "$" + name : null;

    /// <summary>The path of a request, as it is compared with the location.</summary>
    public string PathOf(HttpContext context) => _names.Length == 0
        ? "/"
        : string.Concat(_names.Select(name => "/" + context.Request.RouteValues[name]));
}
