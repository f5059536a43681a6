using System.Text.RegularExpressions;

namespace Halley.Server.Configuration;

/// <summary>
/// Reads variables such as <c>HALLEY_FRONT__MAX_CHANNELS</c>: two underscores part a section from its key; lists are
/// parted by commas.
/// </summary>
internal static partial class EnvironmentSettings
{
    private const string Prefix = "HALLEY_";

    /// <exception cref="ConfigurationException">
    /// A variable with our prefix names no key, or its value is wrong.
    /// </exception>
    public static List<Setting> Read(IReadOnlyDictionary<string, string> environment)
    {
        var settings = new List<Setting>();
        foreach (var (name, value) in environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && !OfKubernetes().IsMatch(name))
            {
                var key = name[Prefix.Length..].ToLowerInvariant().Replace("__", ".", StringComparison.Ordinal);
                settings.AddRange(Lists.Split(new Setting(key, value, "environment")));
            }
        }

        settings.ForEach(setting => SettingKeys.Require(setting, Spell));
        return settings;
    }

    private static string Spell(string key) =>
        Prefix + key.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>
    /// Matches the variables that Kubernetes puts into every container when a service is called halley or
    /// halley-something: not written by the operator.
    /// </summary>
    [GeneratedRegex("^HALLEY_(.*_)?(SERVICE_(HOST|PORT)|PORT)(_|$)")]
    private static partial Regex OfKubernetes();
}
