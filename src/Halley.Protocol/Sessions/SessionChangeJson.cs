using System.Text.Json;
using Halley.Protocol.Clients;

namespace Halley.Protocol.Sessions;

/// <summary>Changes as surveys of all processes carry them.</summary>
internal static class SessionChangeJson
{
    public static void Write(SessionChange change, Utf8JsonWriter writer)
    {
        switch (change)
        {
            case SessionChange.Subscribe subscribe:
                writer.WriteStartObject("subscribe"u8);
                Write(subscribe, writer);
                break;
            case SessionChange.Unsubscribe unsubscribe:
                writer.WriteStartObject("unsubscribe"u8);
                writer.WriteBase64String("channel"u8, unsubscribe.Channel);
                break;
            case SessionChange.Refresh refresh:
                writer.WriteStartObject("refresh"u8);
                WriteTime(refresh.Expires, writer);
                WriteBytes("info"u8, refresh.Info, writer);
                break;
            case SessionChange.End end:
                writer.WriteStartObject("end"u8);
                writer.WriteNumber("code"u8, end.Code);
                writer.WriteString("reason"u8, end.Reason);
                break;
        }

        writer.WriteEndObject();
    }

    public static SessionChange Read(JsonElement json) =>
        json.TryGetProperty("subscribe"u8, out var said) ? ReadSubscribe(said)
        : json.TryGetProperty("unsubscribe"u8, out said) ? new SessionChange.Unsubscribe(BytesOf("channel"u8, said)!)
        : json.TryGetProperty("refresh"u8, out said)
            ? new SessionChange.Refresh(TimeOf(said), BytesOf("info"u8, said))
        : ReadEnd(json.GetProperty("end"u8));

    private static void Write(SessionChange.Subscribe subscribe, Utf8JsonWriter writer)
    {
        var grant = subscribe.Grant;
        writer.WriteBase64String("channel"u8, grant.Channel);
        WriteBytes("info"u8, grant.Info, writer);
        WriteBytes("data"u8, grant.Data, writer);
        WriteTime(grant.Expires, writer);
        WriteChoice("recovers"u8, grant.Recovers, writer);
        WriteChoice("places"u8, grant.TellsPlaces, writer);
        WriteChoice("presence"u8, grant.TellsPresence, writer);
        if (subscribe.Since is { } since)
        {
            writer.WriteNumber("epoch"u8, since.Epoch);
            writer.WriteNumber("offset"u8, since.Offset);
        }
    }

    private static SessionChange.Subscribe ReadSubscribe(JsonElement json) => new(
        new GrantedSubscription(BytesOf("channel"u8, json)!, BytesOf("info"u8, json), BytesOf("data"u8, json))
        {
            Expires = TimeOf(json),
            Recovers = ChoiceOf("recovers"u8, json),
            TellsPlaces = ChoiceOf("places"u8, json),
            TellsPresence = ChoiceOf("presence"u8, json),
        },
        json.TryGetProperty("epoch"u8, out var epoch)
            ? new StreamPosition(epoch.GetInt64(), json.GetProperty("offset"u8).GetInt64())
            : null);

    private static SessionChange.End ReadEnd(JsonElement json) =>
        new(json.GetProperty("code"u8).GetUInt16(), json.GetProperty("reason"u8).GetString()!);

    private static void WriteTime(DateTimeOffset? time, Utf8JsonWriter writer)
    {
        if (time is { } end)
        {
            writer.WriteNumber("expires"u8, end.ToUnixTimeSeconds());
        }
    }

    private static DateTimeOffset? TimeOf(JsonElement json) =>
        json.TryGetProperty("expires"u8, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds.GetInt64())
            : null;

    private static void WriteBytes(ReadOnlySpan<byte> name, byte[]? bytes, Utf8JsonWriter writer)
    {
        if (bytes is not null)
        {
            writer.WriteBase64String(name, bytes);
        }
    }

    private static byte[]? BytesOf(ReadOnlySpan<byte> name, JsonElement json) =>
        json.TryGetProperty(name, out var bytes) ? bytes.GetBytesFromBase64() : null;

    private static void WriteChoice(ReadOnlySpan<byte> name, bool? choice, Utf8JsonWriter writer)
    {
        if (choice is { } value)
        {
            writer.WriteBoolean(name, value);
        }
    }

    private static bool? ChoiceOf(ReadOnlySpan<byte> name, JsonElement json) =>
        json.TryGetProperty(name, out var choice) ? choice.GetBoolean() : null;
}
