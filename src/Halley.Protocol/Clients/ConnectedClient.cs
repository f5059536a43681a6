using System.Globalization;
using System.Text.Json;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Clients;

/// <summary>A subscriber whose answer is held, as operators see it: known by name or not.</summary>
/// <param name="Id">What it is called in all commands: its client id where it was asked who it is.</param>
/// <param name="Place">Where it is found: process, thread and connection, so that lists have an order.</param>
/// <param name="User">Empty for nobody in particular.</param>
/// <param name="Address">The other end of its connection: itself, or a proxy.</param>
/// <param name="Since">When it came, in seconds since 1970; null where that is not known.</param>
/// <param name="Asked">Seconds since it last sent anything; null where that is not known.</param>
/// <param name="Queued">Bytes that wait for it, here and with the kernel.</param>
/// <param name="Sent">Bytes that it has acknowledged, over this connection; null where that is not known.</param>
/// <param name="Subscriptions">The number of its channels.</param>
/// <param name="Channels">Some of them.</param>
public sealed record ConnectedClient(
    string Id,
    string Place,
    string User,
    string Address,
    string Listener,
    TransportKind Transport,
    long? Since,
    long? Asked,
    long Queued,
    long? Sent,
    int Subscriptions,
    IReadOnlyList<ClientChannel> Channels)
{
    /// <summary>The most channels of a client in a list, and where it is shown alone.</summary>
    public const int MostInList = 5;

    /// <inheritdoc cref="MostInList"/>
    public const int MostAlone = 1000;

    /// <summary>Writes all there is of it.</summary>
    /// <param name="names">Writes the name of a channel: as text for people, or so that it can be read again.</param>
    internal void Write(Utf8JsonWriter writer, Action<Utf8JsonWriter, byte[]> names)
    {
        writer.WriteString("client"u8, Id);
        writer.WriteString("place"u8, Place);
        writer.WriteString("user"u8, User);
        writer.WriteString("address"u8, Address);
        writer.WriteString("listener"u8, Listener);
        writer.WriteString("transport"u8, NameOf(Transport));
        WriteKnown("since"u8, Since);
        WriteKnown("asked"u8, Asked);
        writer.WriteNumber("queued"u8, Queued);
        WriteKnown("sent"u8, Sent);
        writer.WriteNumber("subscriptions"u8, Subscriptions);
        writer.WriteStartArray("channels"u8);
        foreach (var channel in Channels)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("channel"u8);
            names(writer, channel.Name);
            writer.WriteString("epoch"u8, channel.Epoch.ToString(CultureInfo.InvariantCulture));
            writer.WriteNumber("told"u8, channel.Told);
            writer.WriteNumber("offset"u8, channel.Offset);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();

        void WriteKnown(ReadOnlySpan<byte> name, long? number)
        {
            if (number is { } known)
            {
                writer.WriteNumber(name, known);
            }
        }
    }

    internal static ConnectedClient Read(JsonElement json) => new(
        json.GetProperty("client"u8).GetString()!,
        json.GetProperty("place"u8).GetString()!,
        json.GetProperty("user"u8).GetString()!,
        json.GetProperty("address"u8).GetString()!,
        json.GetProperty("listener"u8).GetString()!,
        KindOf(json.GetProperty("transport"u8).GetString()!),
        Known("since"u8, json),
        Known("asked"u8, json),
        json.GetProperty("queued"u8).GetInt64(),
        Known("sent"u8, json),
        json.GetProperty("subscriptions"u8).GetInt32(),
        [.. json.GetProperty("channels"u8).EnumerateArray().Select(channel => new ClientChannel(
            channel.GetProperty("channel"u8).GetBytesFromBase64(),
            long.Parse(channel.GetProperty("epoch"u8).GetString()!, CultureInfo.InvariantCulture),
            channel.GetProperty("told"u8).GetInt64(),
            channel.GetProperty("offset"u8).GetInt64()))]);

    /// <summary>Names a transport for operators.</summary>
    public static string NameOf(TransportKind transport) => transport switch
    {
        TransportKind.LongPolling => "long-polling",
        TransportKind.EventSource => "event-stream",
        TransportKind.WebSocket => "websocket",
        _ => "stream",
    };

    private static TransportKind KindOf(string name) =>
        Enum.GetValues<TransportKind>().FirstOrDefault(kind => NameOf(kind) == name, TransportKind.Streaming);

    private static long? Known(ReadOnlySpan<byte> name, JsonElement json) =>
        json.TryGetProperty(name, out var number) ? number.GetInt64() : null;
}

/// <summary>A channel that a client listens to, and how far it is there.</summary>
/// <param name="Told">The newest message that it was given, or had when it came.</param>
/// <param name="Offset">The newest message of the channel.</param>
public sealed record ClientChannel(byte[] Name, long Epoch, long Told, long Offset);
