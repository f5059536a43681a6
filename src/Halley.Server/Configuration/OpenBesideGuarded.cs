using Halley.Protocol.Clients;
using Halley.Server.Configuration.Listeners;

namespace Halley.Server.Configuration;

/// <summary>
/// Channels are the same at all places: what one asks its clients for means little where another one, that everybody
/// reaches, asks for nothing.
/// </summary>
internal static class OpenBesideGuarded
{
    /// <summary>A line for each place where everybody may subscribe to what others guard.</summary>
    public static IEnumerable<string> Warnings(HalleyOptions options)
    {
        if (options.GetNamespaces().All.Any(
            one => one.Prefix.Length == 0 && one.Subscribe is WhoMay.Users or WhoMay.Nobody))
        {
            yield break;
        }

        var places = PlacesOf(options).ToList();
        if (places.Find(place => place.Asks) is not { } guarded)
        {
            yield break;
        }

        foreach (var place in places.Where(place => !place.Asks && place.IsForAll))
        {
            yield return $"{place.Name} lets whoever reaches {place.Listen} subscribe, and asks nobody who it is, "
                + $"while {guarded.Name} asks: they serve the same channels; {place.Advice}";
        }
    }

    private static IEnumerable<Place> PlacesOf(HalleyOptions options)
    {
        var asksAtFront = options.IComet.Auth != AuthModes.None;
        if (options.Front.Listen != ListenAddress.Off)
        {
            yield return new Place(
                "front",
                options.Front.Listen,
                asksAtFront,
                IsForAll(options.Front.Listen, options.Front.Allow, options.Front.Deny),
                "set front.auth or front.allow, or front.listen to off");
        }

        foreach (var listener in options.GetListeners())
        {
            foreach (var endpoint in listener.Endpoints.Where(IsForSubscribers))
            {
                yield return new Place(
                    $"{endpoint.Kind} {endpoint.Location!.Written} ({endpoint.Origin})",
                    listener.Listen,
                    endpoint.IsAsFront ? asksAtFront : Asks(endpoint),
                    IsForAll(listener.Listen, endpoint.Allow, endpoint.Deny),
                    "give it auth or allow");
            }
        }
    }

    private static bool IsForSubscribers(EndpointSection endpoint) =>
        endpoint.What.IsForSubscribers
        && !endpoint.IsInternal
        && !NamesItsChannels(endpoint);

    // Then it is known what is open there, and a choice.
    private static bool NamesItsChannels(EndpointSection endpoint)
    {
        string[] ids = endpoint.IsPushStream ? [endpoint.PushStream.ChannelsPath ?? "$"]
            : endpoint.IsNchan ? [.. endpoint.Nchan.ChannelId, .. endpoint.Nchan.SubscriberChannelId]
            : ["$"];
        return ids.Length > 0 && !ids.Any(id => id.Contains('$'));
    }

    private static bool Asks(EndpointSection endpoint) =>
        endpoint.Auth.Modes is not (null or AuthModes.None)
        || endpoint.Centrifugo.ProxyConnect.Length + endpoint.Centrifugo.ProxySubscribe.Length > 0;

    private static bool IsForAll(string listen, List<string> allow, List<string> deny) =>
        ListenAddress.TryParse(listen, out var address)
        && !address.IsLoopback
        && (allow.Count + deny.Count == 0 || (deny.Count == 0 && AdminSection.IsOpen(allow)));

    /// <param name="Asks">Whether a client has to say who it is.</param>
    /// <param name="IsForAll">Whether other machines reach it, from any address.</param>
    private sealed record Place(string Name, string Listen, bool Asks, bool IsForAll, string Advice);
}
