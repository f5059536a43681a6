using System.Text;
using System.Text.Json;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// Comings and goings, which are messages of a channel beside the channel, as pushes of a join or a leave there.
/// </summary>
internal sealed class PresenceForm(Carrier carrier) : TransportFormat
{
    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        if (PresenceChannel.TryParse(channel.Name, out var observed) && Read(message) is { } content)
        {
            carrier.Write(new Push { Channel = observed.ToArray(), Content = content }, framing, output);
        }
    }

    // Null where somebody else has published there.
    private static IPushContent? Read(Message message)
    {
        try
        {
            var reader = new Utf8JsonReader(message.Payload);
            using var json = JsonDocument.ParseValue(ref reader);
            return json.RootElement.TryGetProperty("join"u8, out var client) ? new JoinPush { Info = InfoOf(client) }
                : json.RootElement.TryGetProperty("leave"u8, out client) ? new LeavePush { Info = InfoOf(client) }
                : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static ClientInfo InfoOf(JsonElement client) => new()
    {
        User = client.GetProperty("user"u8).GetString() ?? "",
        Client = client.GetProperty("client"u8).GetString() ?? "",
        ConnectionInfo = PartOf(client, "info"u8),
        ChannelInfo = PartOf(client, "channel_info"u8),
    };

    private static Payload PartOf(JsonElement client, ReadOnlySpan<byte> name) =>
        client.TryGetProperty(name, out var part) ? new Payload(Encoding.UTF8.GetBytes(part.GetRawText())) : default;
}
