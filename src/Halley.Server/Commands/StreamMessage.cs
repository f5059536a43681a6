using System.Text.Json;

namespace Halley.Server.Commands;

/// <summary>One line of a stream, as a subscriber understands it.</summary>
/// <param name="Type">data, broadcast, next_seq, noop, close, 401 or 429.</param>
/// <param name="Seq">The message's position, or for others the next one.</param>
internal readonly record struct StreamMessage(string Type, long Seq, string Content)
{
    /// <returns>Null for what is no message: /pub lets anything through.</returns>
    public static StreamMessage? Parse(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            return root.ValueKind == JsonValueKind.Object
                ? new StreamMessage(
                    root.GetProperty("type").GetString() ?? "",
                    root.GetProperty("seq").GetInt64(),
                    root.GetProperty("content").GetString() ?? "")
                : null;
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
