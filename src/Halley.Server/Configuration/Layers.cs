using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>The settings of several places, of which each beats those before it.</summary>
internal sealed record Layers(IReadOnlyList<IReadOnlyList<Setting>> Settings)
{
    public IConfigurationRoot Build()
    {
        var builder = new ConfigurationBuilder();
        foreach (var layer in Settings)
        {
            builder.Add(new SettingsProvider(layer));
        }

        return builder.Build();
    }

    /// <summary>
    /// Finds the values in force, by key: of a list all its items, of anything else the last that was set.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Setting>> ByKey()
    {
        var holds = new Dictionary<string, IReadOnlyList<Setting>>(StringComparer.Ordinal);
        foreach (var group in Settings.SelectMany(layer => layer.GroupBy(setting => setting.Key)))
        {
            holds[group.Key] = SettingKeys.Find(group.Key) is { IsList: true } ? [.. group] : [group.Last()];
        }

        return holds;
    }

    /// <summary>The keys that have other values in one than in the other.</summary>
    public static IEnumerable<string> Different(
        IReadOnlyDictionary<string, IReadOnlyList<Setting>> one,
        IReadOnlyDictionary<string, IReadOnlyList<Setting>> other) =>
        one.Keys.Where(key => !FixedKeys.MeanNothing(key) && !Values(one[key]).SequenceEqual(Values(other[key])));

    private static IEnumerable<string> Values(IReadOnlyList<Setting> settings) =>
        settings.Select(setting => setting.Value).OfType<string>();
}
