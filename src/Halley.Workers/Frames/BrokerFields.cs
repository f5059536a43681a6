using Halley.Broker;
using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>Reads one result or argument of a <see cref="Call"/>.</summary>
internal delegate T FieldReader<out T>(ref FrameReader reader);

/// <summary>Writes and reads the arguments and results of a broker's verbs.</summary>
internal static class BrokerFields
{
    private const byte NoLabels = 0;
    private const byte HasLabels = 1;

    // And labels, where the trace is all there is too.
    private const byte HasTrace = 2;

    public static void WritePublication(this ByteBuffer output, in Publication publication)
    {
        output.WriteByte((byte)publication.Traits);
        output.WriteLabels(publication.Labels);
        output.WriteBool(publication.Retention is not null);
        if (publication.Retention is { } retention)
        {
            output.WriteInt(retention.Messages);
            output.WriteLong(retention.TimeToLive?.Ticks ?? -1);
        }

        output.WriteOptional(publication.IdempotencyKey);
        output.WriteBytes(publication.Payload);
    }

    public static Publication ReadPublication(ref FrameReader reader)
    {
        var traits = (MessageTraits)reader.ReadByte();
        var labels = ReadLabels(ref reader);
        var retention = reader.ReadBool() ? new Retention(reader.ReadInt(), ReadTime(ref reader)) : null;
        var key = ReadOptional(ref reader);
        return new Publication(reader.ReadBytes().ToArray())
        {
            Traits = traits,
            Labels = labels,
            Retention = retention,
            IdempotencyKey = key,
        };
    }

    public static void WriteResult(this ByteBuffer output, in PublishResult result)
    {
        output.WriteByte((byte)result.Status);
        output.WritePosition(result.Position);
        output.WriteStamp(result.Stamp);
        output.WriteBool(result.IsRepeat);
    }

    public static PublishResult ReadResult(ref FrameReader reader) =>
        new((PublishStatus)reader.ReadByte(), ReadPosition(ref reader), ReadStamp(ref reader), reader.ReadBool());

    public static void WriteReservation(this ByteBuffer output, in Reservation? reservation)
    {
        output.WriteBool(reservation is not null);
        if (reservation is { } reserved)
        {
            output.WritePosition(reserved.Position);
            output.WriteLong(reserved.Oldest);
        }
    }

    public static Reservation? ReadReservation(ref FrameReader reader) =>
        reader.ReadBool() ? new Reservation(ReadPosition(ref reader), reader.ReadLong()) : null;

    public static void WriteState(this ByteBuffer output, in ChannelState? known)
    {
        output.WriteBool(known is not null);
        if (known is { } state)
        {
            output.WritePosition(state.Position);
            output.WriteInt(state.Subscribers);
            output.WriteInt(state.Stored);
            output.WriteLong(state.SecondsSinceRequest ?? -1);
            output.WriteStamp(state.Newest);
        }
    }

    public static ChannelState? ReadState(ref FrameReader reader)
    {
        if (!reader.ReadBool())
        {
            return null;
        }

        var (position, subscribers, stored, requested) = (
            ReadPosition(ref reader), reader.ReadInt(), reader.ReadInt(), reader.ReadLong());
        return new ChannelState(position, subscribers, stored, requested < 0 ? null : requested, ReadStamp(ref reader));
    }

    public static void WriteStates(this ByteBuffer output, IReadOnlyList<NamedState> states)
    {
        output.WriteInt(states.Count);
        foreach (var state in states)
        {
            output.WriteBytes(state.Name);
            output.WriteState(state.State);
        }
    }

    public static IReadOnlyList<NamedState> ReadStates(ref FrameReader reader)
    {
        var states = new List<NamedState>();
        for (var left = reader.ReadInt(); left > 0; left--)
        {
            var name = reader.ReadBytes().ToArray();
            if (ReadState(ref reader) is not { } state)
            {
                break;
            }

            states.Add(new NamedState(name, state));
        }

        return states;
    }

    public static void WriteCounts(this ByteBuffer output, in Counts counts)
    {
        output.WriteLong(counts.Channels);
        output.WriteLong(counts.Subscribers);
        output.WriteLong(counts.Receivers);
        output.WriteLong(counts.Published);
        output.WriteLong(counts.Stored);
    }

    public static Counts ReadCounts(ref FrameReader reader) =>
        new(reader.ReadLong(), reader.ReadLong(), reader.ReadLong(), reader.ReadLong(), reader.ReadLong());

    public static void WriteAnswers(this ByteBuffer output, IReadOnlyList<byte[]> answers)
    {
        output.WriteInt(answers.Count);
        foreach (var answer in answers)
        {
            output.WriteBytes(answer);
        }
    }

    public static IReadOnlyList<byte[]> ReadAnswers(ref FrameReader reader)
    {
        var answers = new List<byte[]>();
        for (var left = reader.ReadInt(); left > 0 && !reader.IsWhole; left--)
        {
            answers.Add(reader.ReadBytes().ToArray());
        }

        return answers;
    }

    public static void WriteSurvey(this ByteBuffer output, in SurveyResult result)
    {
        output.WriteBool(result.IsWhole);
        output.WriteAnswers(result.Answers);
    }

    public static SurveyResult ReadSurvey(ref FrameReader reader)
    {
        var isWhole = reader.ReadBool();
        return new SurveyResult(ReadAnswers(ref reader), isWhole);
    }

    public static void WritePlace(this ByteBuffer output, in StreamPosition? known)
    {
        output.WriteBool(known is not null);
        output.WritePosition(known ?? default);
    }

    public static StreamPosition? ReadPlace(ref FrameReader reader)
    {
        var isKnown = reader.ReadBool();
        var position = ReadPosition(ref reader);
        return isKnown ? position : null;
    }

    /// <summary>Writes bytes that may be absent, which differs from empty.</summary>
    public static void WriteOptional(this ByteBuffer output, byte[]? bytes)
    {
        output.WriteBool(bytes is not null);
        if (bytes is not null)
        {
            output.WriteBytes(bytes);
        }
    }

    public static byte[]? ReadOptional(ref FrameReader reader) =>
        reader.ReadBool() ? reader.ReadBytes().ToArray() : null;

    public static void WriteLabels(this ByteBuffer output, MessageLabels? labels)
    {
        output.WriteByte(labels switch
        {
            null => NoLabels,
            { Trace: null } => HasLabels,
            _ => HasTrace,
        });
        if (labels is not null)
        {
            output.WriteOptional(labels.EventId);
            output.WriteOptional(labels.EventType);
            output.WriteOptional(labels.ContentType);
            output.WriteOptional(labels.Details);
        }

        if (labels?.Trace is { } trace)
        {
            output.WriteBytes(trace);
        }
    }

    public static MessageLabels? ReadLabels(ref FrameReader reader)
    {
        var form = reader.ReadByte();
        if (form == NoLabels)
        {
            return null;
        }

        var labels = new MessageLabels(
            ReadOptional(ref reader), ReadOptional(ref reader), ReadOptional(ref reader), ReadOptional(ref reader));
        return form == HasTrace ? MessageLabels.WithTrace(labels, reader.ReadBytes().ToArray()) : labels;
    }

    public static void WriteStamp(this ByteBuffer output, MessageStamp stamp)
    {
        output.WriteLong(stamp.Time);
        output.WriteInt(stamp.Tag);
    }

    public static MessageStamp ReadStamp(ref FrameReader reader) => new(reader.ReadLong(), reader.ReadInt());

    private static void WritePosition(this ByteBuffer output, StreamPosition position)
    {
        output.WriteLong(position.Epoch);
        output.WriteLong(position.Offset);
    }

    private static StreamPosition ReadPosition(ref FrameReader reader) => new(reader.ReadLong(), reader.ReadLong());

    private static TimeSpan? ReadTime(ref FrameReader reader) =>
        reader.ReadLong() is var ticks and >= 0 ? TimeSpan.FromTicks(ticks) : null;
}
