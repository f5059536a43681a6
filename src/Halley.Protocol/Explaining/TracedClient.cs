using System.Text.Json;
using Halley.Protocol.Clients;

namespace Halley.Protocol.Explaining;

/// <summary>A client that is watched, and what has happened to it.</summary>
/// <param name="Client">As it is, or was when its connection ended.</param>
/// <param name="Ended">Why its connection ended; null while it is open.</param>
/// <param name="Forgotten">The number of events before those that are remembered.</param>
public sealed record TracedClient(
    ConnectedClient Client, string? Ended, long Forgotten, IReadOnlyList<TraceEvent> Events)
{
    /// <summary>Writes it without its channels' names being read again: for people.</summary>
    internal void Write(Utf8JsonWriter writer, Action<Utf8JsonWriter, byte[]> names)
    {
        Client.Write(writer, names);
        writer.WriteBoolean("connected"u8, Ended is null);
        if (Ended is not null)
        {
            writer.WriteString("ended"u8, Ended);
        }

        writer.WriteNumber("forgotten"u8, Forgotten);
        writer.WriteStartArray("events"u8);
        foreach (var happened in Events)
        {
            writer.WriteStartObject();
            writer.WriteNumber("number"u8, happened.Number);
            writer.WriteNumber("time"u8, happened.Time.ToUnixTimeMilliseconds());
            writer.WriteString("event"u8, happened.Event);
            writer.WriteString("text"u8, happened.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    internal static TracedClient Read(JsonElement json) => new(
        ConnectedClient.Read(json),
        json.TryGetProperty("ended"u8, out var ended) ? ended.GetString() : null,
        json.GetProperty("forgotten"u8).GetInt64(),
        [.. json.GetProperty("events"u8).EnumerateArray().Select(happened => new TraceEvent(
            happened.GetProperty("number"u8).GetInt64(),
            DateTimeOffset.FromUnixTimeMilliseconds(happened.GetProperty("time"u8).GetInt64()),
            happened.GetProperty("event"u8).GetString()!,
            happened.GetProperty("text"u8).GetString()!))]);
}
