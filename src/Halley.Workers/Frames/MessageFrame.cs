using Halley.Protocol;
using Halley.Protocol.Links;
using Halley.Replicas;

namespace Halley.Workers.Frames;

/// <summary>A message of a channel that is followed: all its fields, written and read here alone.</summary>
/// <param name="isRepeated">Whether the payload is that of the message said before it, as with a broadcast: it is not said again.</param>
internal readonly ref struct MessageFrame(uint id, Message message, Keeping keeping, bool isRepeated) : IFrame
{
    private const byte HasLabels = 1;
    private const byte IsKept = 2;
    private const byte Repeats = 4;
    private const byte Expires = 8;

    /// <summary>Reads one.</summary>
    /// <param name="last">The payload of the message before it; becomes this one's.</param>
    public static (uint Id, CopiedMessage Message) Read(ref FrameReader reader, ref byte[] last)
    {
        var id = reader.ReadUInt();
        var flags = reader.ReadByte();
        var offset = reader.ReadLong();
        var oldest = reader.ReadLong();
        var traits = (MessageTraits)reader.ReadByte();
        var stamp = new MessageStamp(reader.ReadLong(), reader.ReadInt());
        var life = (flags & Expires) != 0 ? reader.ReadUInt() : 0;
        var labels = (flags & HasLabels) != 0
            ? new MessageLabels(ReadLabel(ref reader), ReadLabel(ref reader), ReadLabel(ref reader))
            : null;
        if ((flags & Repeats) == 0)
        {
            last = reader.ReadRest().ToArray();
        }

        return (id, new CopiedMessage(offset, last, traits, stamp, labels, new Keeping((flags & IsKept) != 0, oldest, life)));
    }

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Message);
        output.WriteUInt(id);
        output.WriteByte((byte)(
            (message.Labels is null ? 0 : HasLabels) | (keeping.IsKept ? IsKept : 0) | (isRepeated ? Repeats : 0) | (keeping.Life > 0 ? Expires : 0)));
        output.WriteLong(message.Offset);
        output.WriteLong(keeping.Oldest);
        output.WriteByte((byte)message.Traits);
        output.WriteLong(message.Stamp.Time);
        output.WriteInt(message.Stamp.Tag);
        if (keeping.Life > 0)
        {
            output.WriteUInt(keeping.Life);
        }

        if (message.Labels is { } labels)
        {
            WriteLabel(output, labels.EventId);
            WriteLabel(output, labels.EventType);
            WriteLabel(output, labels.ContentType);
        }

        if (!isRepeated)
        {
            output.Write(message.Payload);
        }
    }

    // Not said is something else than empty.
    private static void WriteLabel(ByteBuffer output, byte[]? label)
    {
        output.WriteBool(label is not null);
        if (label is not null)
        {
            output.WriteBytes(label);
        }
    }

    private static byte[]? ReadLabel(ref FrameReader reader) => reader.ReadBool() ? reader.ReadBytes().ToArray() : null;
}
