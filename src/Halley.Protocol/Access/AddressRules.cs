using System.Net;
using Halley.Protocol.Http;

namespace Halley.Protocol.Access;

/// <summary>
/// The rules for who may come, by address, as iComet has them and all dialects here: lines of <c>allow</c> and
/// <c>deny</c>, each as <see cref="AddressRule"/> reads it. A specific allow beats a specific deny beats <c>deny
/// all</c> beats <c>allow all</c>; with any rule at all, what no rule names is refused. Immutable; any thread.
/// </summary>
public sealed class AddressRules
{
    private readonly AddressRule[] _allow;
    private readonly AddressRule[] _deny;

    /// <param name="allow">
    /// Values of the allow lines. An empty one names every address; one that cannot be read names nobody, as in an
    /// icomet.conf.
    /// </param>
    /// <param name="deny">Values of the deny lines, alike.</param>
    public AddressRules(IReadOnlyCollection<string> allow, IReadOnlyCollection<string> deny)
    {
        _allow = [.. allow.Select(Parse)];
        _deny = [.. deny.Select(Parse)];
    }

    /// <summary>No rule: nobody is refused.</summary>
    public static AddressRules Everybody { get; } = new([], []);

    /// <summary>Whether there is no rule at all, so that the address need not be asked for.</summary>
    public bool AllowsEverybody => _allow.Length == 0 && _deny.Length == 0;

    /// <summary>
    /// Whether the client that asks may come; where proxies are trusted, the one that they name, request by request.
    /// </summary>
    public bool Allows(in RequestHead head, IResponder responder) =>
        AllowsEverybody || Allows(responder.ClientOf(head));

    /// <summary>
    /// The same, asked once for each connection where no proxies are trusted: one connection of a proxy's brings
    /// requests of many.
    /// </summary>
    public bool Admits(in RequestHead head, IResponder client) =>
        AllowsEverybody
        || (client.TrustedProxies.AreNone
            ? client.IsAdmitted || (client.IsAdmitted = Allows(head, client))
            : Allows(head, client));

    public bool Allows(IPAddress address)
    {
        if (AllowsEverybody)
        {
            return true;
        }

        // IPv4 that came by a socket of IPv6 is IPv4.
        var client = ForwardedAddress.AsIPv4(address);
        return Array.Exists(_allow, rule => !rule.IsAll && rule.Names(client))
            || (!Array.Exists(_deny, rule => rule.Names(client))
                && Array.Exists(_allow, rule => rule.IsAll));
    }

    private static AddressRule Parse(string text) =>
        text.Length == 0 ? AddressRule.Every : AddressRule.TryParse(text, out var rule) ? rule : default;
}
