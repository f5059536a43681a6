using System.Text.Json;

namespace Halley.Protocol.Dialects.Api;

/// <summary>
/// The details of a message, as JSON: <c>{"info":{…},"tags":{…}}</c>, who published it and what filters of subscribers
/// look at.
/// </summary>
internal static class MessageDetails
{
    // An operator's limit for what each message carries with it.
    private const int MostTags = 64;

    /// <summary>The details of tags; null where there are none.</summary>
    public static byte[]? Of(ApiArguments arguments)
    {
        var tags = arguments.Texts("tags", MostTags);
        return tags.Count == 0 ? null : JsonBytes.Write(writer =>
        {
            writer.WriteStartObject("tags"u8);
            foreach (var (name, value) in tags)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>Writes what a message carries, as far as it can be read.</summary>
    public static void Write(Message message, Utf8JsonWriter writer)
    {
        if (message.Labels?.Details is not { } details || !JsonCheck.IsValue(details))
        {
            return;
        }

        using var json = JsonDocument.Parse(details);
        foreach (var name in (string[])["info", "tags"])
        {
            if (json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty(name, out var value))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }
    }
}
