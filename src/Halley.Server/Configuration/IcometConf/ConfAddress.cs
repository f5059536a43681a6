using System.Globalization;
using Halley.Protocol.Access;

namespace Halley.Server.Configuration.IcometConf;

/// <summary>
/// The original's reading of an address in a rule, where it differs from ours: it compared texts, and a text with three
/// dots whole.
/// </summary>
internal static class ConfAddress
{
    // A number above this is whole in an address of IPv4, whatever may follow it.
    private const int MostThatGoesOn = 25;

    /// <param name="value">One that is accepted.</param>
    /// <returns>What the value means, and meant; null where the two are the same.</returns>
    public static string? WhatIsOtherwise(string value)
    {
        if (!AddressRule.TryParse(value, out var rule) || rule.IsAll || value.Contains(':', StringComparison.Ordinal))
        {
            return null;
        }

        var dots = value.Count(c => c == '.');
        if (dots == 3)
        {
            return value.Contains('/', StringComparison.Ordinal) || value.EndsWith('.')
                ? $"names the network {rule}; for iComet it named nobody"
                : null;
        }

        var last = value[(value.LastIndexOf('.') + 1)..];
        if (last.Length == 0 || int.Parse(last, CultureInfo.InvariantCulture) is 0 or > MostThatGoesOn)
        {
            return null;
        }

        return $"names the network {rule}; for iComet also every other address that begins with these characters, "
            + $"such as {Longer(value, dots)}. "
            + $"Write {value}. to say that the number is whole, and a line for each network that is missed";
    }

    private static string Longer(string value, int dots) =>
        value + "0" + string.Concat(Enumerable.Repeat(".0", 2 - dots)) + ".1";
}
