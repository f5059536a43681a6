using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Halley.Chaos.Clients.Sessions;

/// <summary>Objects in JSON, a line each.</summary>
internal sealed class JsonCodec : ISessionCodec
{
    private JsonCodec()
    {
    }

    public static JsonCodec Instance { get; } = new();

    /// <inheritdoc/>
    public byte[] Pong { get; } = "{}"u8.ToArray();

    /// <summary>The first and only words of a client that says nothing else.</summary>
    /// <param name="place">As in a subscription.</param>
    public static byte[] ConnectOneWay(string channel, (string Epoch, long Last)? place) =>
        Encoding.UTF8.GetBytes($"{{\"subs\":{{\"{channel}\":{{{PlaceOf(place)}}}}}}}");

    /// <inheritdoc/>
    public byte[] Connect(long id) => Command(id, "connect", "");

    /// <inheritdoc/>
    public byte[] Subscribe(long id, string channel, (string Epoch, long Last)? place) =>
        Command(id, "subscribe", $"\"channel\":\"{channel}\",{PlaceOf(place)}");

    /// <inheritdoc/>
    public byte[] Publish(long id, string channel, string json) =>
        Command(id, "publish", $"\"channel\":\"{channel}\",\"data\":{json}");

    /// <inheritdoc/>
    public byte[] Join(params byte[][] frames) =>
        Encoding.UTF8.GetBytes(string.Join('\n', frames.Select(Encoding.UTF8.GetString)));

    /// <inheritdoc/>
    public IReadOnlyList<SessionWord> Read(ReadOnlySpan<byte> frame)
    {
        var words = new List<SessionWord>();
        try
        {
            foreach (var range in frame.Split((byte)'\n'))
            {
                if (frame[range].Trim((byte)' ') is { IsEmpty: false } line)
                {
                    using var json = JsonDocument.Parse(line.ToArray());
                    words.Add(WordOf(json.RootElement));
                }
            }
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            throw new InvalidDataException("This is nothing of Centrifugo's protocol.", wrong);
        }

        return words;
    }

    private static byte[] Command(long id, string name, string request) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{id},\"{name}\":{{{request}}}}}"));

    private static string PlaceOf((string Epoch, long Last)? place) => place is var (epoch, last)
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"\"recoverable\":true,\"recover\":true,\"epoch\":\"{epoch}\",\"offset\":{last}")
        : "\"recoverable\":true";

    private static SessionWord WordOf(JsonElement json)
    {
        var id = Number(json, "id");
        if (json.TryGetProperty("push", out var push))
        {
            json = push;
        }

        return json.TryGetProperty("pub", out var publication)
                ? new(WordKind.Publication) { Publication = PublicationOf(publication) }
            : json.TryGetProperty("error", out var error) ? new(WordKind.Refused, id) { Reason = error.GetRawText() }
            : json.TryGetProperty("connect", out var connect) ? ConnectedOf(id, connect)
            : json.TryGetProperty("subscribe", out var subscribed)
                ? new(WordKind.Subscribed, id) { Subscribed = SubscribedOf(subscribed) }
            : json.TryGetProperty("publish", out _) ? new(WordKind.Published, id)
            : json.TryGetProperty("unsubscribe", out var end) || json.TryGetProperty("disconnect", out end)
                ? new(WordKind.Ended) { Reason = end.GetRawText() }
            : new(json.EnumerateObject().Any() ? WordKind.Other : WordKind.Ping, id);
    }

    private static SessionWord ConnectedOf(long id, JsonElement json) => new(WordKind.Connected, id)
    {
        Session = Text(json, "session"),
        Node = Text(json, "node"),
        Subscribed = json.TryGetProperty("subs", out var subs) && subs.EnumerateObject().Any()
            ? SubscribedOf(subs.EnumerateObject().First().Value)
            : null,
    };

    private static SubscribedWord SubscribedOf(JsonElement json) => new(
        Flag(json, "recoverable") || Flag(json, "positioned"),
        Text(json, "epoch"),
        Number(json, "offset"),
        Flag(json, "recovered"),
        json.TryGetProperty("publications", out var missed)
            ? [.. missed.EnumerateArray().Select(PublicationOf)]
            : []);

    // Numbers and texts alike: they are published by several dialects.
    private static PublicationWord PublicationOf(JsonElement json)
    {
        var data = json.GetProperty("data");
        return new(
            data.ValueKind == JsonValueKind.String ? data.GetString()! : data.GetRawText(), Number(json, "offset"));
    }

    private static bool Flag(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.GetBoolean();

    private static long Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString()! : "";
}
