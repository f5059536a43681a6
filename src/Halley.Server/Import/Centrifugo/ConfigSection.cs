using System.Globalization;
using System.Text.Json;

namespace Halley.Server.Import.Centrifugo;

/// <summary>
/// An object of a Centrifugo configuration. What nobody takes out of it is left, and can be named afterwards.
/// </summary>
internal sealed class ConfigSection(JsonElement json, string path = "")
{
    private readonly HashSet<string> _taken = [];
    private readonly List<ConfigSection> _inner = [];

    /// <summary>The section's place: <c>client.token.</c>, or nothing.</summary>
    public string Path => path;

    /// <summary>The keys that nobody has taken, with their paths.</summary>
    public IEnumerable<string> Left =>
        Properties.Where(property => !_taken.Contains(property.Name) && !IsNothing(property.Value))
            .Select(property => path + property.Name)
            .Concat(_inner.SelectMany(inner => inner.Left));

    private IEnumerable<JsonProperty> Properties =>
        json.ValueKind == JsonValueKind.Object ? json.EnumerateObject() : [];

    public ConfigSection Section(string name)
    {
        var full = $"{path}{name}.";
        var section = _inner.Find(inner => inner.Path == full);
        if (section is null)
        {
            section = new ConfigSection(Take(name), full);
            _inner.Add(section);
        }

        return section;
    }

    /// <summary>The objects of a list.</summary>
    public IReadOnlyList<ConfigSection> Sections(string name)
    {
        var list = Take(name);
        var sections = list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
                .Select((item, i) => new ConfigSection(
                    item, string.Create(CultureInfo.InvariantCulture, $"{path}{name}[{i}].")))
                .ToList()
            : [];
        _inner.AddRange(sections);
        return sections;
    }

    public bool Flag(string name) => Take(name).ValueKind == JsonValueKind.True;

    public string Text(string name, string otherwise = "") =>
        Take(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : otherwise;

    public int Number(string name, int otherwise = 0)
    {
        var value = Take(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
            : value.ValueKind == JsonValueKind.String && int.TryParse(value.GetString(), out number) ? number
            : otherwise;
    }

    public List<string> Texts(string name) => Take(name) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String)
            .Select(item => item.GetString()!)]
        : [];

    /// <summary>The texts of an object, by name.</summary>
    public List<(string Name, string Value)> Pairs(string name) => Take(name) is { ValueKind: JsonValueKind.Object } map
        ? [.. map.EnumerateObject().Where(item => item.Value.ValueKind == JsonValueKind.String)
            .Select(item => (item.Name, item.Value.GetString()!))]
        : [];

    /// <summary>A time such as <c>300s</c> or <c>1h30m</c>; null where there is none, or less than nothing.</summary>
    public TimeSpan? Time(string name) => GoDuration.TryParse(Text(name), out var time) ? time : null;

    /// <summary>Takes keys that mean nothing here.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            _taken.Add(name);
        }
    }

    /// <summary>Takes all there is.</summary>
    public void IgnoreAll() => _taken.UnionWith(Properties.Select(property => property.Name));

    private JsonElement Take(string name)
    {
        _taken.Add(name);
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;
    }

    // What says the same as not being there.
    private static bool IsNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False or JsonValueKind.Null => true,
        JsonValueKind.String => value.GetString()!.Length == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => value.EnumerateObject().All(property => IsNothing(property.Value)),
        _ => false,
    };
}
