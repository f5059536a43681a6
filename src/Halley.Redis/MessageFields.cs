using System.Buffers.Text;
using Halley.Following;
using Halley.Protocol;
using Halley.Protocol.Links;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// A publication as bytes that Redis keeps and passes on as they are: a version, the traits, the labels, the payload.
/// And the numbers that the scripts put around it.
/// </summary>
internal static class MessageFields
{
    private const byte Version = 1;

    // Where the labels have details: servers of before do not know them, and need not where there are none.
    private const byte DetailedVersion = 2;

    // The same of a trace.
    private const byte TracedVersion = 3;

    public static byte[] Write(in Publication publication)
    {
        var output = new ByteBuffer(publication.Payload.Length + 64);
        var labels = publication.Labels;
        output.WriteByte(labels?.Trace is not null ? TracedVersion
            : labels?.Details is not null ? DetailedVersion
            : Version);
        output.WriteByte((byte)publication.Traits);
        output.WriteBool(labels is not null);
        foreach (var label in labels is null ? [] : (byte[]?[])[labels.EventId, labels.EventType, labels.ContentType])
        {
            output.WriteBool(label is not null);
            if (label is not null)
            {
                output.WriteBytes(label);
            }
        }

        if (labels?.Trace is { } trace)
        {
            output.WriteBytes(trace);
            output.WriteBool(labels.Details is not null);
        }

        if (labels?.Details is { } details)
        {
            output.WriteBytes(details);
        }

        output.Write(publication.Payload);
        return output.Written.ToArray();
    }

    /// <summary>A message as followers hear it: a line of what the script knows, and what the publisher said.</summary>
    /// <param name="epoch">Of the stream it is in.</param>
    /// <returns>False where it is of a version that is not known here.</returns>
    public static bool TryReadHeard(ReadOnlySpan<byte> heard, out long epoch, out CopiedMessage message)
    {
        message = default;
        var line = new Numbers(heard[2..]);
        epoch = line.Next();
        var (offset, oldest, isKept, life, time, tag) = (
            line.Next(), line.Next(), line.Next() == 1, line.Next(), line.Next(), line.Next());
        return TryRead(
            line.Rest,
            offset,
            new MessageStamp(time, (int)tag),
            new Keeping(isKept, oldest, (uint)Math.Clamp(life, 0, int.MaxValue)),
            out message);
    }

    /// <summary>A message as the stream keeps it.</summary>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <returns>False where it has expired, or is none, or of a version that is not known here.</returns>
    public static bool TryReadKept(long offset, RedisResult entry, long now, out CopiedMessage message)
    {
        message = default;
        if ((RedisResult[]?)entry is not [_, var said, _, var stamped, _, var until])
        {
            return false;
        }

        var stamp = new Numbers((byte[]?)stamped);
        var expires = new Numbers((byte[]?)until).Next();
        if (expires > 0 && expires <= now)
        {
            return false;
        }

        var life = expires == 0 ? 0 : (uint)Math.Clamp((expires - now + 999) / 1000, 1, int.MaxValue);
        return TryRead(
            (byte[]?)said,
            offset,
            new MessageStamp(stamp.Next(), (int)stamp.Next()),
            new Keeping(true, 0, life),
            out message);
    }

    private static bool TryRead(
        ReadOnlySpan<byte> said, long offset, MessageStamp stamp, Keeping keeping, out CopiedMessage message)
    {
        var reader = new FrameReader(said);
        message = default;
        var version = reader.ReadByte();
        if (version is not (Version or DetailedVersion or TracedVersion))
        {
            return false;
        }

        var traits = (MessageTraits)reader.ReadByte();
        var labels = reader.ReadBool()
            ? new MessageLabels(ReadOptional(ref reader), ReadOptional(ref reader), ReadOptional(ref reader))
            : null;
        var trace = version == TracedVersion ? reader.ReadBytes().ToArray() : null;
        if (version == DetailedVersion || (version == TracedVersion && reader.ReadBool()))
        {
            var details = reader.ReadBytes().ToArray();
            labels = labels is null ? null : labels with { Details = details };
        }

        labels = MessageLabels.WithTrace(labels, trace);

        message = new CopiedMessage(offset, reader.ReadRest().ToArray(), traits, stamp, labels, keeping);
        return reader.IsWhole;
    }

    private static byte[]? ReadOptional(ref FrameReader reader) =>
        reader.ReadBool() ? reader.ReadBytes().ToArray() : null;
}

/// <summary>Decimal numbers in a row, with one byte between each two and behind the last.</summary>
internal ref struct Numbers(ReadOnlySpan<byte> text)
{
    /// <summary>The bytes behind the numbers that were read.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = text;

    /// <summary>The next one; 0 where there is none.</summary>
    public long Next()
    {
        if (!Utf8Parser.TryParse(Rest, out long number, out var used))
        {
            return 0;
        }

        Rest = Rest[Math.Min(used + 1, Rest.Length)..];
        return number;
    }
}
