using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Halley.Server.Import;

/// <summary>
/// Says in Halley's words whom nginx's allow and deny let in. In nginx the first line that names an address decides,
/// and whom none names may come; in Halley a specific allow beats a specific deny beats <c>all</c>, and whom none names
/// may not.
/// </summary>
internal static class NginxAccess
{
    // Beyond it a list is no longer worked out: each line may split what the others have left into a hundred networks.
    private const int MostRules = 1000;

    private static readonly IPNetwork[] Everybody =
        [new IPNetwork(IPAddress.Any, 0), new IPNetwork(IPAddress.IPv6Any, 0)];

    /// <summary>Whether an address that is let in needs no password, and the other way round.</summary>
    public static bool IsAnyEnough(NginxScope scope) =>
        scope.Find("satisfy") is { Arguments: ["any"] }
        && scope.AccessRules.Count > 0
        && scope.All.Any(
            directive => NginxDirectives.IsForSatisfy(directive.Name) && directive.Arguments is not ["off"]);

    /// <param name="rules">The lines, in their order.</param>
    /// <param name="letsOthersIn">
    /// Whether those may come whom no line names; so it is but for <c>satisfy any</c>.
    /// </param>
    /// <returns>Null where a line names no address, or there are too many to be worked out.</returns>
    public static Access? Translate(IReadOnlyList<NginxDirective> rules, bool letsOthersIn)
    {
        var ordered = new List<(bool Allows, IPNetwork? Network)>();
        foreach (var rule in rules)
        {
            if (rule.Arguments is ["unix:"])
            {
                continue; // nobody who comes by TCP
            }

            if (rule.Arguments is not [var text] || (text != "all" && NetworkOf(text) is null))
            {
                return null;
            }

            ordered.Add((rule.Name == "allow", NetworkOf(text)));
            if (text == "all")
            {
                break;
            }
        }

        if (ordered is not [.., (_, null)])
        {
            ordered.Add((letsOthersIn, null));
        }

        return AsWritten(ordered) ?? (ordered.Count <= MostRules ? WorkedOut(ordered) : null);
    }

    /// <summary>An address, or a network; bits behind its prefix mean nothing, as to nginx.</summary>
    public static IPNetwork? NetworkOf(string text)
    {
        var slash = text.IndexOf('/');
        if (text.Contains('%') || !IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address)
            || (address.AddressFamily == AddressFamily.InterNetwork && text.Count(c => c == '.') != 3))
        {
            return null;
        }

        var most = address.GetAddressBytes().Length * 8;
        var bits = most;
        if (slash >= 0
            && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits)
                || bits > most))
        {
            return null;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return bits >= 96 ? Masked(address.MapToIPv4(), bits - 96) : null;
        }

        return Masked(address, bits);
    }

    /// <summary>As Halley's rules have it.</summary>
    public static string Write(IPNetwork network) =>
        network.PrefixLength == network.BaseAddress.GetAddressBytes().Length * 8
            ? network.BaseAddress.ToString()
            : network.ToString();

    private static IPNetwork Masked(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = bits; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), bits);
    }

    // Line for line, where no line that denies comes before one that allows some of the same addresses.
    private static Access? AsWritten(List<(bool Allows, IPNetwork? Network)> ordered)
    {
        var denied = new List<IPNetwork>();
        foreach (var (allows, network) in ordered)
        {
            if (network is not { } own)
            {
                continue;
            }

            if (!allows)
            {
                denied.Add(own);
            }
            else if (denied.Count > MostRules || denied.Exists(other => Overlap(own, other)))
            {
                return null;
            }
        }

        return new Access(
            [.. ordered
                .Where(rule => rule.Allows)
                .Select(rule => rule.Network is { } network ? Write(network) : "all")],
            [.. ordered
                .Where(rule => !rule.Allows)
                .Select(rule => rule.Network is { } network ? Write(network) : "all")]);
    }

    private static Access WorkedOut(List<(bool Allows, IPNetwork? Network)> ordered)
    {
        var left = new List<IPNetwork>(Everybody);
        var allowed = new List<IPNetwork>();
        foreach (var (allows, network) in ordered)
        {
            var named = network is { } own ? left.Where(part => Overlap(part, own)).ToList() : left.ToList();
            left.RemoveAll(named.Contains);
            foreach (var part in named)
            {
                if (network is { } inner && inner.PrefixLength > part.PrefixLength)
                {
                    left.AddRange(Without(part, inner));
                    allowed.AddRange(allows ? [inner] : []);
                }
                else
                {
                    allowed.AddRange(allows ? [part] : []);
                }
            }
        }

        return allowed.Count == 0 ? new Access([], ["all"]) : new Access([.. allowed.Select(Write)], []);
    }

    private static bool Overlap(IPNetwork one, IPNetwork other) =>
        one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress);

    // The halves that do not hold it, from the larger to the smaller.
    private static IEnumerable<IPNetwork> Without(IPNetwork whole, IPNetwork part)
    {
        for (var bits = whole.PrefixLength + 1; bits <= part.PrefixLength; bits++)
        {
            var bytes = part.BaseAddress.GetAddressBytes();
            bytes[(bits - 1) / 8] ^= (byte)(0x80 >> ((bits - 1) % 8));
            yield return Masked(new IPAddress(bytes), bits);
        }
    }
}
