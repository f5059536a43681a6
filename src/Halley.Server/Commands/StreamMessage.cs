using System.Text.Json;

namespace Halley.Server.Commands;

/// <summary>One line of a stream, as a subscriber understands it: docs/protocols/positions.md.</summary>
/// <param name="Type">
/// exact, gap, reset, data, broadcast, noop, close, 401 or 429; next_seq from a server that knows no positions.
/// </param>
/// <param name="Seq">The message's offset, or for others the next one.</param>
/// <param name="Epoch">The channel's incarnation; empty where it is not told.</param>
/// <param name="From">The first offset of a gap.</param>
/// <param name="To">The last.</param>
/// <param name="Reason">Of a gap or reset.</param>
/// <param name="Top">With a noop, the offset of the newest message; 0 where it is not told.</param>
internal readonly record struct StreamMessage(
    string Type, long Seq, string Content, string Epoch, long From, long To, string Reason, long Top)
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
                    root.GetProperty("content").GetString() ?? "",
                    Text(root, "epoch"),
                    Number(root, "from"),
                    Number(root, "to"),
                    Text(root, "reason"),
                    Number(root, "top"))
                : null;
        }
        catch (Exception broken) when (
            broken is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static string Text(JsonElement message, string name) =>
        message.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    private static long Number(JsonElement message, string name) =>
        message.TryGetProperty(name, out var value) ? value.GetInt64() : 0;
}
