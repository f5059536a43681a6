using System.Text;
using System.Text.Json;
using Halley.Broker;
using Halley.Protocol.Clients;

namespace Halley.Protocol.Dialects.Api;

/// <summary>
/// The answers of Centrifugo's server API: <c>{"result":{…}}</c>, or <c>{"error":{"code":102,"message":…}}</c> with
/// status 200.
/// </summary>
internal sealed class CentrifugoForm : ApiForm
{
    private const int Internal = 100;

    /// <inheritdoc/>
    internal override bool KeepsStrings => true;

    /// <inheritdoc/>
    internal override bool HasEveryChannel => true;

    /// <inheritdoc/>
    internal override bool NamesCommandsInside => true;

    /// <inheritdoc/>
    internal override int UsualMessages => 0;

    /// <inheritdoc/>
    internal override int UsualChannels => 10_000;

    /// <inheritdoc/>
    internal override string Broadcast => "responses";

    // What stands before the commands has a status in any case: its errors are not those of a command.
    private static bool IsOfHttp(ApiError error) =>
        error == ApiError.UnknownCommand || error == ApiError.Method || error == ApiError.TooLarge
            || error == ApiError.Packed;

    /// <inheritdoc/>
    internal override string StatusOf(ApiError error, bool asksForStatus) =>
        asksForStatus || IsOfHttp(error) ? error.Status : "200 OK";

    /// <inheritdoc/>
    internal override void Write(ApiAnswer answer, Utf8JsonWriter writer)
    {
        if (answer.IsList && answer.Error is null)
        {
            writer.WriteRawValue(answer.Json.Span, skipInputValidation: true);
        }
        else
        {
            WriteReply("result", answer, writer);
        }
    }

    /// <inheritdoc/>
    internal override void WriteReply(string command, ApiAnswer answer, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (answer.Error is null)
        {
            writer.WritePropertyName(command);
            writer.WriteRawValue(answer.Json.Span, skipInputValidation: true);
        }
        else
        {
            writer.WriteStartObject("error"u8);
            writer.WriteNumber("code"u8, CodeOf(answer.Error));
            writer.WriteString("message"u8, answer.Message);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    internal override void WriteRecovered(bool isRecovered, Utf8JsonWriter writer)
    {
        if (!isRecovered)
        {
            throw new ApiFault(
                ApiError.UnrecoverablePosition,
                "Not all messages after that place are kept, or it is of another epoch.");
        }
    }

    /// <inheritdoc/>
    internal override void Write(Message message, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        var data = new ByteBuffer(message.Payload.Length + 2);
        JsonValue.Write(message, data);
        writer.WritePropertyName("data"u8);
        writer.WriteRawValue(data.Written, skipInputValidation: true);
        writer.WriteNumber("offset"u8, message.Offset);
        MessageDetails.Write(message, writer);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    internal override void Write(IEnumerable<ListedClient> clients, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("presence"u8);
        foreach (var client in clients)
        {
            writer.WriteStartObject(client.Client);
            writer.WriteString("user"u8, client.User);
            writer.WriteString("client"u8, client.Client);
            if (client.Info is { } info)
            {
                writer.WritePropertyName("conn_info"u8);
                writer.WriteRawValue(info);
            }

            if (client.ChannelInfo is { } channelInfo)
            {
                writer.WritePropertyName("chan_info"u8);
                writer.WriteRawValue(channelInfo);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    internal override void Write(int clients, int users, Utf8JsonWriter writer)
    {
        writer.WriteNumber("num_clients"u8, clients);
        writer.WriteNumber("num_users"u8, users);
    }

    /// <inheritdoc/>
    internal override void Write(IEnumerable<NamedState> channels, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("channels"u8);
        foreach (var channel in channels)
        {
            writer.WriteStartObject(Encoding.UTF8.GetString(channel.Name));
            writer.WriteNumber("num_clients"u8, channel.State.Subscribers);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    /// <remarks>Each server that shares the channels is one node, with its workers.</remarks>
    internal override async ValueTask<ApiAnswer> Info(string version, IBroker broker, NodeSurvey nodes)
    {
        var servers = await nodes.List().ConfigureAwait(false);
        return ApiAnswer.With(writer =>
        {
            writer.WriteStartArray("nodes"u8);
            foreach (var node in servers.Nodes)
            {
                writer.WriteStartObject();
                Write(node, writer);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (servers.IsPartial)
            {
                writer.WriteBoolean("partial"u8, true);
            }
        });
    }

    private static void Write(NodeReport node, Utf8JsonWriter writer)
    {
        writer.WriteString("uid"u8, node.Id);
        writer.WriteString("name"u8, node.Name);
        writer.WriteString("version"u8, node.Version);
        writer.WriteNumber("num_clients"u8, node.Clients);
        writer.WriteNumber("num_users"u8, node.Users);
        if (node.IsEstimate)
        {
            writer.WriteBoolean("num_users_estimated"u8, true);
        }

        writer.WriteNumber("num_channels"u8, node.Channels);
        writer.WriteNumber("num_subs"u8, node.Subscriptions);
        writer.WriteNumber("uptime"u8, node.Uptime);
        writer.WriteStartObject("process"u8);
        writer.WriteNumber("rss"u8, node.Memory);
        writer.WriteEndObject();
    }

    private static int CodeOf(ApiError error) =>
        error == ApiError.UnknownChannel ? 102
            : error == ApiError.UnknownCommand ? 104
            : error == ApiError.BadRequest ? 107
            : error == ApiError.UnrecoverablePosition ? 112
            : error == ApiError.KeyReused ? 113
            : Internal;
}
