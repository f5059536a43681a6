namespace Halley.Server.Configuration;

/// <summary>Lists where one line of text holds them: parted by commas.</summary>
internal static class Lists
{
    /// <returns>
    /// The setting itself where its key is no list; else one for the list as such and one for each of its values.
    /// </returns>
    public static IEnumerable<Setting> Split(Setting setting)
    {
        if (SettingKeys.Find(setting.Key) is not { IsList: true })
        {
            return [setting];
        }

        var values = setting.Value!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [setting with { Value = null }, .. values.Select(value => setting with { Value = value })];
    }
}
