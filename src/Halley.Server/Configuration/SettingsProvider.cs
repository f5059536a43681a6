using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>One layer of the configuration: what one file, the environment or the command line sets.</summary>
internal sealed class SettingsProvider : ConfigurationProvider, IConfigurationSource
{
    private readonly HashSet<string> _lists = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="settings">Checked ones; of two settings of a key that is no list, the later one counts.</param>
    public SettingsProvider(IEnumerable<Setting> settings)
    {
        foreach (var group in settings.GroupBy(setting => setting.Key))
        {
            var path = group.Key.Replace('.', ':');
            if (SettingKeys.Find(group.Key) is not { IsList: true })
            {
                Data[path] = group.Last().Value;
                continue;
            }

            _lists.Add(path);
            foreach (var (index, value) in group.Select(setting => setting.Value).OfType<string>().Index())
            {
                Data[string.Create(CultureInfo.InvariantCulture, $"{path}:{index}")] = value;
            }
        }
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>
    /// Lists of two layers would be laid over each other item by item; one set here hides those below whole.
    /// </summary>
    public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) =>
        base.GetChildKeys(parentPath is not null && _lists.Contains(parentPath) ? [] : earlierKeys, parentPath);
}
