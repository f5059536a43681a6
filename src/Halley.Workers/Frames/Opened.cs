using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>The beginning of a channel's copy; the messages kept come next.</summary>
/// <param name="Next">The offset that the next message will have.</param>
internal readonly record struct Opened(uint Id, long Epoch, long Next, in Losses Losses, int Kept) : IFrame
{
    public static Opened Read(ref FrameReader reader) => new(
        reader.ReadUInt(),
        reader.ReadLong(),
        reader.ReadLong(),
        new Losses(
            reader.ReadLong(),
            (LossReason)reader.ReadByte(),
            reader.ReadLong(),
            reader.ReadBool() ? new Continuation(reader.ReadLong(), reader.ReadLong()) : null),
        reader.ReadInt());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Opened);
        output.WriteUInt(Id);
        output.WriteLong(Epoch);
        output.WriteLong(Next);
        output.WriteLong(Losses.To);
        output.WriteByte((byte)Losses.Reason);
        output.WriteLong(Losses.ExpiredTo);
        output.WriteBool(Losses.Continues is not null);
        if (Losses.Continues is { } other)
        {
            output.WriteLong(other.Epoch);
            output.WriteLong(other.Next);
        }

        output.WriteInt(Kept);
    }
}
