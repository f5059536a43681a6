using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Tests.Routing;

/// <summary>Requests for what looks at them: a location, an address, fields.</summary>
internal static class RequestFor
{
    public static Location At(string location)
    {
        Assert.True(Location.TryParse(location, out var parsed, out var error), error);
        return parsed;
    }

    /// <summary>What an expression gives for a GET of a target that came to a location.</summary>
    public static string Evaluate(string expression, string location, string target, string fields = "")
    {
        var at = At(location);
        Assert.True(Expression.TryParse(expression, at, out var parsed, out var error), error);
        var result = "";
        Route(at, target, fields, (in request) => result = parsed.Evaluate(request).Latin1());
        return result;
    }

    public static bool Holds(string condition, string target, string fields = "")
    {
        Assert.True(Condition.TryParse(condition, At("/"), out var parsed, out var error), error);
        var result = false;
        Route(At("/"), target, fields, (in request) => result = parsed.Holds(request));
        return result;
    }

    private delegate void Look(in RoutedRequest request);

    private static void Route(Location location, string target, string fields, Look look)
    {
        var bytes = $"GET {target} HTTP/1.1\r\nHost: halley:80\r\n{fields}\r\n".Latin1();
        Assert.Null(RequestParser.Parse(bytes, out var head));
        var request = new HttpRequest(head, UrlEncoding.Decode(head.Path, plusIsSpace: false), []);
        Captures captures = default;
        Assert.True(location.Kind != LocationKind.Pattern || location.TryMatch(request.Path, out captures));
        look(new RoutedRequest(request, captures));
    }
}
