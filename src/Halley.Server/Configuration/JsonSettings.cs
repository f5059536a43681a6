using System.Text.Json;
using Halley.Server.Configuration.Listeners;

namespace Halley.Server.Configuration;

/// <summary>
/// Reads the halley.json form: sections are objects, comments and trailing commas are welcome. Read by hand rather than
/// by the library's provider, because an operator's mistake is told with its line.
/// </summary>
internal static class JsonSettings
{
    private static readonly JsonReaderOptions Options =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <param name="name">The file, as messages name it.</param>
    /// <exception cref="ConfigurationException">
    /// No JSON, an unknown key, a key given twice, or a value of the wrong kind.
    /// </exception>
    public static List<Setting> Read(ReadOnlySpan<byte> utf8, string name) => Read(utf8, name, new FileLists());

    /// <summary>The same, with the lists of the file.</summary>
    /// <param name="lists">Where to put them.</param>
    public static List<Setting> Read(ReadOnlySpan<byte> utf8, string name, FileLists lists)
    {
        utf8 = utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        var settings = new List<Setting>();
        var reader = new Utf8JsonReader(utf8, Options);
        var lines = new LineCount(name);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new ConfigurationException($"{name}:1: a halley.json begins with {{");
            }

            ReadSection(ref reader, utf8, lines, "", settings, lists);
            reader.Read();
        }
        catch (JsonException broken)
        {
            throw new ConfigurationException(
                $"{name}:{broken.LineNumber + 1}: this is not JSON at character {broken.BytePositionInLine + 1} of the "
                    + "line; look there, and at the end of the line before, for a missing comma, quote or bracket");
        }

        catch (InvalidOperationException)
        {
            throw new ConfigurationException(
                $"{lines.At(utf8, reader.TokenStartIndex)}: this text is not UTF-8; save the file as UTF-8");
        }

        RequireOnce(settings);
        ProxiesCheck.Require(lists);
        return settings;
    }

    private static void ReadSection(
        ref Utf8JsonReader reader,
        ReadOnlySpan<byte> utf8,
        LineCount lines,
        string section,
        List<Setting> settings,
        FileLists lists)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = section + reader.GetString();
            var origin = lines.At(utf8, reader.TokenStartIndex);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && SettingKeys.IsSection(key))
            {
                ReadSection(ref reader, utf8, lines, key + ".", settings, lists);
                continue;
            }

            if (key == "listeners")
            {
                RequireFirst(key, origin, lists.Listeners.Count > 0 ? lists.Listeners[0].Origin : "");
                var start = (int)reader.TokenStartIndex;
                new ListenersReader(utf8, lines).Read(ref reader, lists.Listeners);
                lists.ListenersText = utf8[start..(int)reader.BytesConsumed].ToArray();
                continue;
            }

            if (key == "namespaces")
            {
                RequireFirst(key, origin, lists.NamespacesOrigin);
                lists.NamespacesOrigin = origin;
                var start = (int)reader.TokenStartIndex;
                new NamespacesReader(utf8, lines).Read(ref reader, lists.Namespaces);
                lists.NamespacesText = utf8[start..(int)reader.BytesConsumed].ToArray();
                continue;
            }

            if (key == "webhooks")
            {
                RequireFirst(key, origin, lists.Webhooks.Count > 0 ? lists.Webhooks[0].Origin : "");
                var start = (int)reader.TokenStartIndex;
                new WebhooksReader(utf8, lines).Read(ref reader, lists.Webhooks);
                lists.WebhooksText = utf8[start..(int)reader.BytesConsumed].ToArray();
                continue;
            }

            if (key == "proxies")
            {
                RequireFirst(key, origin, lists.ProxiesOrigin);
                lists.ProxiesOrigin = origin;
                var start = (int)reader.TokenStartIndex;
                new ProxiesReader(utf8, lines).Read(ref reader, lists.Proxies);
                lists.ProxiesText = utf8[start..(int)reader.BytesConsumed].ToArray();
                continue;
            }

            var first = settings.Count;
            ReadValue(ref reader, utf8, lines, key, origin, settings);
            foreach (var setting in settings[first..])
            {
                SettingKeys.Require(setting, spelling => spelling);
            }
        }
    }

    private static void ReadValue(
        ref Utf8JsonReader reader,
        ReadOnlySpan<byte> utf8,
        LineCount lines,
        string key,
        string origin,
        List<Setting> settings)
    {
        if (SettingKeys.Find(key) is not { } known)
        {
            throw new ConfigurationException($"{origin}: {SettingKeys.Unknown(key, spelling => spelling)}");
        }

        if (known.IsList != (reader.TokenType == JsonTokenType.StartArray)
            || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.Null)
        {
            throw new ConfigurationException(
                $"{origin}: {key} wants {(known.IsList ? "a list, [\"…\"], of: " : "")}{known.Wants}");
        }

        if (!known.IsList)
        {
            settings.Add(new Setting(key, Scalar(ref reader), origin));
            return;
        }

        settings.Add(new Setting(key, null, origin));
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var at = lines.At(utf8, reader.TokenStartIndex);
            if (reader.TokenType != JsonTokenType.String)
            {
                throw new ConfigurationException($"{at}: an item of {key} wants to be text: {known.Wants}");
            }

            settings.Add(new Setting(key, reader.GetString(), at));
        }
    }

    private static string Scalar(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String
        ? reader.GetString()!
        : System.Text.Encoding.UTF8.GetString(reader.ValueSpan);

    private static void RequireFirst(string key, string origin, string already)
    {
        if (already.Length > 0)
        {
            throw new ConfigurationException(
                $"{origin}: {key} stands already at {already}; put all of them into one list");
        }
    }

    /// <summary>JSON lets a key stand twice and says nothing of it; whoever wrote it meant one of the two.</summary>
    private static void RequireOnce(List<Setting> settings)
    {
        // A list has one setting without a value, where it began.
        var starts = settings.Where(
            setting => setting.Value is null || SettingKeys.Find(setting.Key) is { IsList: false });
        if (starts.GroupBy(setting => setting.Key).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ConfigurationException(
                $"{twice.Last().Origin}: {twice.Key} stands already at {twice.First().Origin}; leave one of the two");
        }
    }
}
