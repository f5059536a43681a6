using System.Net;
using Halley.Protocol.Http;

namespace Halley.Protocol.Access;

/// <summary>
/// Who may come, by address, as iComet has it and all dialects here: lines of <c>allow</c> and <c>deny</c>, each <c>all</c>, a whole IPv4 address, or a text prefix
/// of one (<c>192.168</c>). A specific allow beats a specific deny beats <c>deny all</c> beats <c>allow all</c>; with
/// any rule at all, what no rule names is refused. Immutable; any thread.
/// </summary>
public sealed class AddressRules
{
    private readonly Rule[] _allow;
    private readonly Rule[] _deny;

    /// <param name="allow">Values of the allow lines, as written.</param>
    /// <param name="deny">Values of the deny lines, as written.</param>
    public AddressRules(IReadOnlyCollection<string> allow, IReadOnlyCollection<string> deny)
    {
        _allow = [.. allow.Select(Rule.Parse)];
        _deny = [.. deny.Select(Rule.Parse)];
    }

    /// <summary>No rule: nobody is refused.</summary>
    public static AddressRules Everybody { get; } = new([], []);

    /// <summary>Whether there is no rule at all, so that the address need not be asked for.</summary>
    public bool AllowsEverybody => _allow.Length == 0 && _deny.Length == 0;

    /// <summary>Whether the client that asks may come; where proxies are trusted, the one that they name, request by request.</summary>
    public bool Allows(in RequestHead head, IExchange exchange) => AllowsEverybody || Allows(exchange.ClientOf(head));

    public bool Allows(IPAddress address)
    {
        if (AllowsEverybody)
        {
            return true;
        }

        var text = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
        return Array.Exists(_allow, rule => rule.Names(text))
            || (!Array.Exists(_deny, rule => rule.IsAll || rule.Names(text))
                && Array.Exists(_allow, rule => rule.IsAll));
    }

    /// <summary>One line's value. Three dots make a whole address, fewer a prefix; nothing at all is the empty prefix.</summary>
    private readonly record struct Rule(string Text, bool IsAll)
    {
        public static Rule Parse(string value) => new(value, value is "all" or "*");

        public bool Names(string address) =>
            !IsAll && (Text.Count(c => c == '.') == 3
                ? address.Equals(Text, StringComparison.Ordinal)
                : address.StartsWith(Text, StringComparison.Ordinal));
    }
}
