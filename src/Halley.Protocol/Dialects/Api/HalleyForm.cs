using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Halley.Broker;
using Halley.Protocol.Clients;

namespace Halley.Protocol.Dialects.Api;

/// <summary>Halley's own answers: an object with what was asked for, and a status that says whether it is.</summary>
internal sealed class HalleyForm : ApiForm
{
    /// <inheritdoc/>
    internal override bool KeepsStrings => false;

    /// <inheritdoc/>
    internal override bool HasEveryChannel => false;

    /// <inheritdoc/>
    internal override bool NamesCommandsInside => false;

    /// <inheritdoc/>
    internal override int UsualMessages => 100;

    /// <inheritdoc/>
    internal override int UsualChannels => 100;

    /// <inheritdoc/>
    internal override string Broadcast => "results";

    /// <inheritdoc/>
    internal override string StatusOf(ApiError error, bool asksForStatus) => error.Status;

    /// <inheritdoc/>
    /// <remarks><c>{"error":{"code":…,"message":…}}</c></remarks>
    internal override void Write(ApiAnswer answer, Utf8JsonWriter writer)
    {
        if (answer.Error is null)
        {
            writer.WriteRawValue(answer.Json.Span, skipInputValidation: true);
            return;
        }

        writer.WriteStartObject();
        writer.WriteStartObject("error"u8);
        writer.WriteString("code"u8, answer.Error.Code);
        writer.WriteString("message"u8, answer.Message);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    internal override void WriteReply(string command, ApiAnswer answer, Utf8JsonWriter writer) =>
        Write(answer, writer);

    /// <inheritdoc/>
    internal override void WriteRecovered(bool isRecovered, Utf8JsonWriter writer) =>
        writer.WriteBoolean("recovered"u8, isRecovered);

    /// <inheritdoc/>
    internal override void Write(Message message, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("offset"u8, message.Offset);
        writer.WriteNumber("time"u8, message.Stamp.Time);
        if (message.Traits.HasFlag(MessageTraits.JsonEscaped))
        {
            var text = new ByteBuffer(message.Payload.Length + 2);
            JsonValue.WriteEscapedText(message.Payload, text);
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(text.Written, skipInputValidation: true);
        }
        else if (Utf8.IsValid(message.Payload))
        {
            writer.WriteString("data"u8, message.Payload);
        }
        else
        {
            writer.WriteBase64String("b64data"u8, message.Payload);
        }

        WriteLabel("event", message.Labels?.EventType, writer);
        WriteLabel("id", message.Labels?.EventId, writer);
        WriteLabel("content_type", message.Labels?.ContentType, writer);
        MessageDetails.Write(message, writer);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    internal override void Write(IEnumerable<ListedClient> clients, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("clients"u8);
        foreach (var client in clients)
        {
            writer.WriteStartObject();
            writer.WriteString("client"u8, client.Client);
            writer.WriteString("user"u8, client.User);
            writer.WriteNumber("since"u8, client.Since);
            if (client.Info is { } info)
            {
                writer.WritePropertyName("info"u8);
                writer.WriteRawValue(info);
            }

            if (client.ChannelInfo is { } channelInfo)
            {
                writer.WritePropertyName("channel_info"u8);
                writer.WriteRawValue(channelInfo);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <inheritdoc/>
    internal override void Write(int clients, int users, Utf8JsonWriter writer)
    {
        writer.WriteNumber("clients"u8, clients);
        writer.WriteNumber("users"u8, users);
    }

    /// <inheritdoc/>
    internal override void Write(IEnumerable<NamedState> channels, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("channels"u8);
        foreach (var channel in channels)
        {
            writer.WriteStartObject();
            writer.WriteString("channel"u8, Encoding.UTF8.GetString(channel.Name));
            ChannelCommand.Write(channel.State, writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <inheritdoc/>
    internal override async ValueTask<ApiAnswer> Info(string version, IBroker broker, NodeSurvey nodes)
    {
        var counts = await broker.Count().ConfigureAwait(false);
        return ApiAnswer.With(writer =>
        {
            writer.WriteString("version"u8, version);
            writer.WriteNumber("channels"u8, counts.Channels);
            writer.WriteNumber("subscriptions"u8, counts.Subscribers);
            writer.WriteNumber("subscribers"u8, counts.Receivers);
            writer.WriteNumber("published"u8, counts.Published);
            writer.WriteNumber("stored"u8, counts.Stored);
        });
    }

    // Of a publisher of another dialect it may be any bytes.
    private static void WriteLabel(string name, byte[]? label, Utf8JsonWriter writer)
    {
        if (label is not null)
        {
            writer.WriteString(name, Encoding.UTF8.GetString(label));
        }
    }
}
