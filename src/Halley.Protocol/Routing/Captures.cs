using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Halley.Protocol.Routing;

/// <summary>
/// The parts of a path that a location's pattern captured: <c>$1</c> and on, or by name. Gone with the request.
/// </summary>
public readonly ref struct Captures
{
    private readonly ReadOnlySpan<byte> _rest;
    private readonly Match? _match;
    private readonly IReadOnlyDictionary<string, int>? _names;

    internal Captures(ReadOnlySpan<byte> rest) => _rest = rest;

    internal Captures(Match match, IReadOnlyDictionary<string, int> names)
    {
        _match = match;
        _names = names;
    }

    /// <summary>Empty where the pattern has no such group, or it took part in nothing.</summary>
    public ReadOnlySpan<byte> this[int number] => _match is not null
        ? Encoding.Latin1.GetBytes(_match.Groups[number].Value)
        : number == 1 ? _rest : default;

    /// <summary>The same, of a group with a name; a number is a name too.</summary>
    public ReadOnlySpan<byte> this[string name] => int.TryParse(
        name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? this[number]
        : _names is not null && _names.TryGetValue(name, out var named) ? this[named] : default;
}
