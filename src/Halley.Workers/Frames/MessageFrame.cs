using Halley.Following;
using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A message of a channel that is followed. All its fields are written and read here alone.</summary>
/// <param name="isRepeated">
/// Whether the payload is that of the message before it, as with a broadcast: it is not sent again.
/// </param>
internal readonly ref struct MessageFrame(uint id, Message message, Keeping keeping, bool isRepeated) : IFrame
{
    private const byte IsKept = 1;
    private const byte Repeats = 2;
    private const byte Expires = 4;

    /// <summary>Reads one.</summary>
    /// <param name="last">The payload of the message before it; becomes this one's.</param>
    public static (uint Id, CopiedMessage Message) Read(ref FrameReader reader, ref byte[] last)
    {
        var id = reader.ReadUInt();
        var flags = reader.ReadByte();
        var offset = reader.ReadLong();
        var oldest = reader.ReadLong();
        var traits = (MessageTraits)reader.ReadByte();
        var stamp = BrokerFields.ReadStamp(ref reader);
        var life = (flags & Expires) != 0 ? reader.ReadUInt() : 0;
        var labels = BrokerFields.ReadLabels(ref reader);
        if ((flags & Repeats) == 0)
        {
            last = reader.ReadRest().ToArray();
        }

        return (
            id,
            new CopiedMessage(offset, last, traits, stamp, labels, new Keeping((flags & IsKept) != 0, oldest, life)));
    }

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Message);
        output.WriteUInt(id);
        output.WriteByte(
            (byte)((keeping.IsKept ? IsKept : 0) | (isRepeated ? Repeats : 0) | (keeping.Life > 0 ? Expires : 0)));
        output.WriteLong(message.Offset);
        output.WriteLong(keeping.Oldest);
        output.WriteByte((byte)message.Traits);
        output.WriteStamp(message.Stamp);
        if (keeping.Life > 0)
        {
            output.WriteUInt(keeping.Life);
        }

        output.WriteLabels(message.Labels);
        if (!isRepeated)
        {
            output.Write(message.Payload);
        }
    }
}
