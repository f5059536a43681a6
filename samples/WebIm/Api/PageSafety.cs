using WebIm.Comet;

namespace WebIm.Api;

/// <summary>
/// What keeps other sites out: changes are taken from our own page only, and the page runs and calls nothing that is
/// not ours or Halley's.
/// </summary>
public sealed class PageSafety(RequestDelegate next, MessengerOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        Refusal.If(!IsOurs(request), 403, "This request comes from another site, and is not taken.");

        var halley = HalleyAddress.For(request, options);
        var sockets = halley.StartsWith("http", StringComparison.Ordinal) ? $"{halley} ws{halley[4..]}" : "";
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            $"default-src 'self'; connect-src 'self' {sockets}; img-src 'self' data:; "
                + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    }

    /// <summary>
    /// Browsers say with each change where the page came from. The session cookie is SameSite=Strict besides, but for
    /// that another port of this host is the same site.
    /// </summary>
    private static bool IsOurs(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method)
            || HttpMethods.IsHead(request.Method)
            || request.Headers.Origin.Count == 0)
        {
            return true;
        }

        return Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin)
            && string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }
}
