using System.Globalization;
using System.Text.RegularExpressions;

namespace Halley.Server.Configuration.IcometConf;

/// <summary>
/// A number as the original reads it: leading digits count, the rest is ignored; only that here it is not ignored
/// silently.
/// </summary>
internal static partial class ConfNumber
{
    /// <summary>These have meanings of their own for what is below their range; ConfSettings knows them.</summary>
    private static readonly string[] SettledLater =
    [
        "front.polling_timeout", "front.channel_timeout",
        "front.max_channels", "front.max_subscribers_per_channel", "front.channel_buffer_size",
    ];

    /// <param name="warn">Told what is odd, without file and line.</param>
    /// <returns>The number, in digits.</returns>
    /// <exception cref="ConfigurationException">There is no digit.</exception>
    public static string Read(
        SettingKey key, (long Least, long Most) range, ConfNode node, string origin, Action<string> warn)
    {
        var match = Leading().Match(node.Value);
        if (!match.Success)
        {
            throw new ConfigurationException($"{origin}: {key.Name} is \"{node.Value}\"; it wants {key.Wants}");
        }

        if (match.Groups["rest"].Value is { Length: > 0 } rest && !rest.TrimStart().StartsWith('#'))
        {
            warn(
                $"{key.Name} \"{node.Value}\" is taken for {match.Groups["number"].Value}; it wants {key.Wants}, and "
                    + "nothing behind it");
        }

        return Clamp(key, range, match.Groups["number"].Value, warn);
    }

    private static string Clamp(SettingKey key, (long Least, long Most) range, string digits, Action<string> warn)
    {
        // Too long for any number is as good as the largest one.
        var number = long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed)
            ? parsed
            : digits.StartsWith('-') ? long.MinValue : long.MaxValue;
        var least = SettledLater.Contains(key.Name) ? int.MinValue : range.Least;
        var taken = Math.Clamp(number, least, range.Most);
        if (taken != number)
        {
            warn($"{key.Name} {digits} is taken for {taken}; it wants {key.Wants}");
        }

        return taken.ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(?<number>[+-]?[0-9]+)(?<rest>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Leading();
}
