using System.Net;
using System.Net.Sockets;

namespace Halley.Server.Configuration;

/// <summary>Whether each place to listen at is one listener's alone.</summary>
internal static class PlacesCheck
{
    private const string FrontKey = "front.listen";
    private const string AdminKey = "admin.listen";

    /// <summary>Requires that nothing is listened on twice.</summary>
    /// <param name="holds">The settings in force; see <see cref="Layers.ByKey"/>.</param>
    /// <exception cref="ConfigurationException">Something is.</exception>
    public static void Require(HalleyOptions options, IReadOnlyDictionary<string, IReadOnlyList<Setting>> holds)
    {
        var places = PlacesOf(options, key => OriginOf(holds[key][^1].Origin)).ToList();
        foreach (var (one, other) in Pairs(places))
        {
            if (IsSame(one.Listen, other.Listen))
            {
                var (wrong, right) = other.Origin is null ? (one, other) : (other, one);
                var off = new[] { right, wrong }.FirstOrDefault(place => place.MayBeOff);
                throw new ConfigurationException(
                    $"{(wrong.Origin is null ? "" : $"{wrong.Origin}: ")}{wrong.Key} is {wrong.Listen}, and so is "
                        + $"{right.Key} ({right.Origin ?? EffectiveSetting.Default}); give one of them another port"
                        + (off is null ? "" : $", or set {off.Key} to off"));
            }
        }
    }

    /// <summary>
    /// Tells where one listener takes connections that another one seems to be for: the kernel gives each to the
    /// closer address. It may be meant.
    /// </summary>
    public static IEnumerable<string> Overlaps(HalleyOptions options)
    {
        var places = PlacesOf(options, _ => null).ToList();
        foreach (var (one, other) in Pairs(places))
        {
            var (wide, close) = Covers(one, other) ? (one, other) : (other, one);
            if (Covers(wide, close))
            {
                yield return $"{Named(close)} is {close.Listen}, and {Named(wide)} is {wide.Listen}: whoever connects "
                    + $"{WayTo(close)} reaches the first, and never the second; give one of them another port if "
                    + "that is not meant";
            }
        }
    }

    private static string WayTo(Place place) =>
        place.Address!.Address.Equals(IPAddress.Any) ? "over IPv4" : $"to {place.Address.Address}";

    private static IEnumerable<Place> PlacesOf(HalleyOptions options, Func<string, string?> originOf)
    {
        const string Redirect = "tls.redirect_from";
        yield return new Place(FrontKey, originOf(FrontKey), options.Front.Listen, MayBeOff: true);
        yield return new Place($"front.{Redirect}", originOf($"front.{Redirect}"), options.Front.Tls.RedirectFrom);
        yield return new Place(AdminKey, originOf(AdminKey), options.Admin.Listen, MayBeOff: true);
        foreach (var listener in options.GetListeners())
        {
            yield return new Place("listen", listener.Origin, listener.Listen, IsIPv6Only: listener.IsIPv6Only);
            yield return new Place(Redirect, listener.Origin, listener.Tls.RedirectFrom);
        }
    }

    private static IEnumerable<(Place One, Place Other)> Pairs(List<Place> places) =>
        places.SelectMany((one, number) => places.Skip(number + 1).Select(other => (one, other)));

    private static bool IsSame(string one, string other) =>
        UnixPath.IsMeant(one) ? one == other
        : AddressOf(one) is { Port: > 0 } address && address.Equals(AddressOf(other));

    private static bool Covers(Place wide, Place close) =>
        wide.Address is { Port: > 0 } all
        && close.Address is { } one
        && all.Port == one.Port
        && !all.Address.Equals(one.Address)
        && (all.Address.Equals(IPAddress.Any) ? one.AddressFamily == AddressFamily.InterNetwork
            : all.Address.Equals(IPAddress.IPv6Any)
                && (!wide.IsIPv6Only || one.AddressFamily == AddressFamily.InterNetworkV6));

    // Null for what is no address, and for a name, which is looked up only by a server that starts.
    private static IPEndPoint? AddressOf(string listen) =>
        !ListenAddress.TryParse(listen, out var parsed) ? null
        : parsed.Host == "localhost" ? new IPEndPoint(IPAddress.Loopback, parsed.Port)
        : parsed.Host.Length == 0 || IPAddress.TryParse(parsed.Host, out _) ? parsed.Resolve()
        : null;

    private static string? OriginOf(string origin) =>
        origin.StartsWith(HalleyConfiguration.BuiltIn, StringComparison.Ordinal) ? null : origin;

    private static string Named(Place place) =>
        place.Origin is null ? place.Key : $"{place.Key} ({place.Origin})";

    /// <param name="Origin">Where it was said; null for a default.</param>
    private sealed record Place(
        string Key, string? Origin, string Listen, bool MayBeOff = false, bool IsIPv6Only = false)
    {
        public IPEndPoint? Address { get; } = AddressOf(Listen);
    }
}
