using System.Text.Json;
using System.Text.Unicode;
using Halley.Outbox;
using Halley.Protocol;
using Halley.Protocol.Clients;
using Halley.Server.Configuration;

namespace Halley.Server.Webhooks;

/// <summary>The rules for which receivers hear of what, and in which words. Any thread.</summary>
internal sealed class WebhookRules(
    IReadOnlyList<WebhookSection> webhooks, ChannelNamespaces namespaces, TimeProvider time)
{
    /// <summary>The payload of a publication beyond which only its size is told, in bytes.</summary>
    public const int MaxDataBytes = 64 << 10;

    /// <summary>Whether anybody wants to hear whether a channel has subscribers.</summary>
    public bool WantOccupancy(ReadOnlySpan<byte> channel) =>
        ReceiversOf(WebhookEvents.Occupied | WebhookEvents.Vacated, channel).Count > 0;

    /// <summary>The event of a publication; null where nobody wants it.</summary>
    public OutboxEntry? OfPublication(ReadOnlySpan<byte> channel, in Publication publication)
    {
        if (PresenceChannel.TryParse(channel, out var observed)
            && namespaces.Find(observed) is { TellsPresence: true })
        {
            return OfMember(observed, publication.Payload);
        }

        var receivers = ReceiversOf(WebhookEvents.Published, channel);
        if (receivers.Count == 0)
        {
            return null;
        }

        var (payload, isEscaped) = (publication.Payload, publication.Traits.HasFlag(MessageTraits.JsonEscaped));
        return EntryOf(receivers, WebhookEvents.Published, channel, writer =>
        {
            if (payload.Length > MaxDataBytes)
            {
                writer.WriteNumber("size"u8, payload.Length);
            }
            else if (isEscaped)
            {
                writer.WritePropertyName("data"u8);
                writer.WriteRawValue(Unescaped(payload), skipInputValidation: true);
            }
            else if (Utf8.IsValid(payload))
            {
                writer.WriteString("data"u8, payload);
            }
            else
            {
                writer.WriteBase64String("b64data"u8, payload);
            }
        });
    }

    /// <summary>The event that a channel has subscribers, or none any more.</summary>
    public OutboxEntry OfOccupancy(ReadOnlySpan<byte> channel, bool isOccupied)
    {
        var what = isOccupied ? WebhookEvents.Occupied : WebhookEvents.Vacated;
        return EntryOf(ReceiversOf(what, channel), what, channel, static _ => { });
    }

    // A coming or going is a message of the channel beside the channel: {"join":{…}} or {"leave":{…}}. A publisher of
    // the operator's may publish anything else there.
    private OutboxEntry? OfMember(ReadOnlySpan<byte> channel, byte[] message)
    {
        try
        {
            using var json = JsonDocument.Parse(message);
            return json.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.EnumerateObject().FirstOrDefault() is { Value.ValueKind: JsonValueKind.Object } said
                ? OfMember(channel, said)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private OutboxEntry? OfMember(ReadOnlySpan<byte> channel, JsonProperty said)
    {
        var what = said.NameEquals("join"u8) ? WebhookEvents.Joined : WebhookEvents.Left;
        var receivers = ReceiversOf(what, channel);
        return receivers.Count == 0
            ? null
            : EntryOf(receivers, what, channel, writer =>
            {
                foreach (var field in said.Value.EnumerateObject())
                {
                    field.WriteTo(writer);
                }
            });
    }

    private OutboxEntry EntryOf(
        List<string> receivers, WebhookEvents what, ReadOnlySpan<byte> channel, Action<Utf8JsonWriter> write)
    {
        var name = Utf8Text.Mend(channel).ToArray();
        var whole = JsonBytes.Write(writer =>
        {
            writer.WriteString("event"u8, WebhookWords.Of(what));
            writer.WriteString("channel"u8, name);
            writer.WriteNumber("time"u8, time.GetUtcNow().ToUnixTimeMilliseconds());
            write(writer);
        });
        return new OutboxEntry(receivers, whole[..^1]);
    }

    private List<string> ReceiversOf(WebhookEvents what, ReadOnlySpan<byte> channel)
    {
        var receivers = new List<string>();
        foreach (var webhook in webhooks)
        {
            if ((webhook.Events & what) != 0 && Begins(channel, webhook.Prefixes))
            {
                receivers.Add(webhook.Name);
            }
        }

        return receivers;
    }

    private static bool Begins(ReadOnlySpan<byte> channel, List<byte[]> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (channel.StartsWith(prefix))
            {
                return true;
            }
        }

        return false;
    }

    private static byte[] Unescaped(byte[] payload)
    {
        var text = new ByteBuffer(payload.Length + 2);
        text.WriteByte((byte)'"');
        JsonText.WriteEscaped(payload, inScript: false, text);
        text.WriteByte((byte)'"');
        return text.Written.ToArray();
    }
}
