using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Halley.Channels;

namespace Halley.Protocol.Dialects.Api;

/// <summary>The messages that a channel keeps, from a place on, and where its stream stands.</summary>
internal sealed class HistoryCommand(int maxNameBytes, Hub hub)
    : ApiCommand("history", "channel", "since", "limit", "reverse")
{
    private const int MostMessages = 10_000;
    private const int UsualMessages = 100;
    private const int MostBytes = 16 << 20;

    private static readonly string[] Since = ["epoch", "offset"];

    /// <inheritdoc/>
    public override ApiAnswer? Run(ApiArguments arguments, IResponder responder, string question)
    {
        var name = arguments.Channel("channel", maxNameBytes);
        var limit = (int)arguments.Integer("limit", 0, MostMessages, UsualMessages);
        var isReverse = arguments.Flag("reverse");
        var since = arguments.Inner("since", Since) is { } inner ? PlaceOf(inner) : (StreamPosition?)null;
        var replay = since is { } place && !isReverse ? Replay.Resume(place) : Replay.From(1);
        var result = hub.Read(name, new AttachOptions { Replay = replay, MayCreate = false }, responder);
        return result.Status switch
        {
            AttachStatus.Pending => null,
            AttachStatus.NoSuchChannel => throw new ApiFault(ApiError.UnknownChannel, "There is no such channel."),
            AttachStatus.NotNeeded => isReverse ? Backward(since, result, limit) : Forward(since, result, limit),
            _ => throw new ApiFault(ApiError.TooManyChannels, "There are as many channels as there may be."),
        };
    }

    private static ApiAnswer Forward(StreamPosition? since, AttachResult result, int limit) => ApiAnswer.With(writer =>
    {
        WritePlace(result, writer);
        if (since is { } asked)
        {
            writer.WriteBoolean("recovered"u8, Resumption.Steps(asked, result)
                .All(step => step.Message is not null || step.Notice.Kind == PositionNoticeKind.Exact));
        }

        Write(Fitting(result.Missed.Take(limit)), writer);
    });

    private static ApiAnswer Backward(StreamPosition? since, AttachResult result, int limit) => ApiAnswer.With(writer =>
    {
        WritePlace(result, writer);
        var before = since is { } place && place.Epoch == result.Position.Epoch ? place.Offset - 1 : long.MaxValue;
        Write(
            Fitting(result.Missed.Reverse().Where(message => message.Offset < before).Take(limit)), writer);
    });

    // An answer is made in one go, in memory: of large messages it has fewer, but one at least.
    private static IEnumerable<Message> Fitting(IEnumerable<Message> messages)
    {
        var bytes = 0L;
        return messages.TakeWhile((message, i) => (bytes += message.Payload.Length) <= MostBytes || i == 0);
    }

    private static void WritePlace(in AttachResult result, Utf8JsonWriter writer)
    {
        writer.WriteString("epoch"u8, result.Position.Epoch.ToString(CultureInfo.InvariantCulture));
        writer.WriteNumber("offset"u8, result.Position.Offset - 1);
    }

    private static void Write(IEnumerable<Message> messages, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("publications"u8);
        foreach (var message in messages)
        {
            Write(message, writer);
        }

        writer.WriteEndArray();
    }

    private static void Write(Message message, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("offset"u8, message.Offset);
        writer.WriteNumber("time"u8, message.Stamp.Time);
        if (message.Traits.HasFlag(MessageTraits.JsonEscaped))
        {
            var text = new ByteBuffer(message.Payload.Length + 2);
            text.WriteByte((byte)'"');
            JsonText.WriteEscaped(message.Payload, inScript: false, text);
            text.WriteByte((byte)'"');
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
        writer.WriteEndObject();
    }

    // Of a publisher of another dialect it may be any bytes.
    private static void WriteLabel(string name, byte[]? label, Utf8JsonWriter writer)
    {
        if (label is not null)
        {
            writer.WriteString(name, Encoding.UTF8.GetString(label));
        }
    }

    // The place behind a message: the offset wanted next.
    private static StreamPosition PlaceOf(ApiArguments since) =>
        long.TryParse(since.Text("epoch"), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            && since.Has("offset")
            ? new StreamPosition(epoch, since.Integer("offset", 0, long.MaxValue - 1, 0) + 1)
            : throw since.Refuse("epoch and offset must both be there, as an answer had them.");
}
