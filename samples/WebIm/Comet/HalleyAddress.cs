namespace WebIm.Comet;

/// <summary>
/// Where the page finds Halley: on a port of its own, so that the connections that are held for hours are Halley's
/// alone, and the messenger only has short requests. Where a proxy stands in front of both, it is a path of the same
/// site, and the operator says which.
/// </summary>
public static class HalleyAddress
{
    public static string For(HttpRequest request, MessengerOptions options)
    {
        if (options.Halley.PublicUrl is { Length: > 0 } url)
        {
            return url;
        }

        var front = options.Halley.Front;
        return $"{request.Scheme}://{request.Host.Host}:{front[(front.LastIndexOf(':') + 1)..]}/";
    }
}
