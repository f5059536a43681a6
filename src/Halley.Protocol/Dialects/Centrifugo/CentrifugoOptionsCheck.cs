using Halley.Protocol.Options;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>Finds what is wrong with options that a server is not to start with, in sentences.</summary>
public static class CentrifugoOptionsCheck
{
    public static IEnumerable<string> Mistakes(CentrifugoOptions options, Location location)
    {
        foreach (var option in CentrifugoOptions.Table)
        {
            foreach (var mistake in option.Mistakes(options, location))
            {
                yield return mistake;
            }

            if (option.Kind == ValueKind.Backend && option.Get(options).Any(url => url.Contains('$')))
            {
                yield return $"{option.Name} has a variable; it wants the same URL for all clients";
            }
        }

        if (options.ProxyRefresh.Length > 0 && options.ProxyConnect.Length == 0)
        {
            yield return "proxy_refresh wants proxy_connect beside it: who has let a client in is asked again";
        }

        if (options.ProxySubRefresh.Length > 0 && options.ProxySubscribe.Length == 0)
        {
            yield return "proxy_sub_refresh wants proxy_subscribe beside it";
        }
    }
}
