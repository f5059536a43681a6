namespace Halley.Server.Configuration;

/// <summary>The value in force for one option, and where it was said; a secret is hidden.</summary>
/// <param name="Value">Of a list all its values, with commas between.</param>
/// <param name="Origin">As an operator would look for it: <c>halley.json:12</c>; or "default".</param>
internal sealed record EffectiveSetting(string Key, string Value, string Origin)
{
    public const string Default = "default";

    /// <summary>All of them, in the order of <see cref="SettingKeys"/>.</summary>
    /// <param name="holds">What holds, by key; see <see cref="Layers.ByKey"/>.</param>
    public static IReadOnlyList<EffectiveSetting> Of(IReadOnlyDictionary<string, IReadOnlyList<Setting>> holds) =>
    [
        .. SettingKeys.All.Where(key => holds.ContainsKey(key.Name)).Select(key =>
        {
            var settings = holds[key.Name];
            var value = key.IsList
                ? string.Join(", ", settings.Select(setting => setting.Value).OfType<string>())
                : settings[^1].Value ?? "";
            var origin = settings[^1].Origin;
            var isDefault = origin.StartsWith(HalleyConfiguration.BuiltIn, StringComparison.Ordinal);
            return new EffectiveSetting(key.Name, Shown(key, value), isDefault ? Default : origin);
        }),
    ];

    private static string Shown(SettingKey key, string value) =>
        key.IsSecret && value.Length > 0 ? HiddenSecrets.Word : HiddenSecrets.In(value);
}
