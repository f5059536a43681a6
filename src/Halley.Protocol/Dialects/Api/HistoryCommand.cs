using System.Globalization;
using System.Text.Json;
using Halley.Channels;

namespace Halley.Protocol.Dialects.Api;

/// <summary>The messages that a channel keeps, from a place on, and where its stream stands.</summary>
internal sealed class HistoryCommand(int maxNameBytes, Hub hub, ApiForm form)
    : ApiCommand("history", "channel", "since", "limit", "reverse")
{
    private const int MostMessages = 10_000;
    private const int MostBytes = 16 << 20;

    // The epoch of another server's streams, which are not ours.
    private const long Foreign = -1;

    /// <summary>The names of a place's fields.</summary>
    public static readonly string[] Since = ["epoch", "offset"];

    /// <inheritdoc/>
    public override ApiAnswer? Run(ApiArguments arguments, IResponder responder, string question)
    {
        var name = arguments.Channel("channel", maxNameBytes);
        var limit = (int)arguments.Integer("limit", form.HasEveryChannel ? -1 : 0, MostMessages, form.UsualMessages);
        limit = limit < 0 ? MostMessages : limit;
        var isReverse = arguments.Flag("reverse");
        var since = arguments.Inner("since", Since) is { } inner
            ? PlaceOf(inner, form.HasEveryChannel)
            : (StreamPosition?)null;
        var replay = since is { } place && !isReverse ? Replay.Resume(place) : Replay.From(1);
        var result = hub.Read(name, new AttachOptions { Replay = replay, MayCreate = false }, responder);
        return result.Status switch
        {
            AttachStatus.Pending => null,
            AttachStatus.NoSuchChannel when form.HasEveryChannel => Nothing(),
            AttachStatus.NoSuchChannel => throw new ApiFault(ApiError.UnknownChannel, "There is no such channel."),
            AttachStatus.AnswerNow => isReverse ? Backward(since, result, limit) : Forward(since, result, limit),
            _ => throw new ApiFault(ApiError.TooManyChannels, "There are as many channels as there may be."),
        };
    }

    private ApiAnswer Nothing() => ApiAnswer.With(writer =>
    {
        Write([], writer);
        writer.WriteString("epoch"u8, "");
        writer.WriteNumber("offset"u8, 0);
    });

    private ApiAnswer Forward(StreamPosition? since, AttachResult result, int limit) => ApiAnswer.With(writer =>
    {
        WritePlace(result, writer);
        if (since is { } asked)
        {
            var isRecovered = Resumption.Steps(asked, result)
                .All(step => step.Message is not null || step.Notice.Kind == PositionNoticeKind.Exact);
            form.WriteRecovered(isRecovered, writer);
        }

        Write(Fitting(result.Missed.Take(limit)), writer);
    });

    private ApiAnswer Backward(StreamPosition? since, AttachResult result, int limit) => ApiAnswer.With(writer =>
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

    private void Write(IEnumerable<Message> messages, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("publications"u8);
        foreach (var message in messages)
        {
            form.Write(message, writer);
        }

        writer.WriteEndArray();
    }

    /// <summary>The place behind a message: the offset wanted next.</summary>
    /// <param name="takesForeign">Whether another server's epoch is that of no stream, not a mistake.</param>
    public static StreamPosition PlaceOf(ApiArguments since, bool takesForeign)
    {
        var isOurs = long.TryParse(since.Text("epoch"), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch);
        return (isOurs || takesForeign) && since.Has("offset")
            ? new StreamPosition(isOurs ? epoch : Foreign, since.Integer("offset", 0, long.MaxValue - 1, 0) + 1)
            : throw since.Refuse("epoch and offset must both be there, as an answer had them.");
    }
}
