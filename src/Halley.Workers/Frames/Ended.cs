using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>
/// The end of a channel, or of following it, as was asked for. The last frame about this number, which is free again.
/// </summary>
internal readonly record struct Ended(uint Id, Ending Ending) : IFrame
{
    public static Ended Read(ref FrameReader reader) => new(
        reader.ReadUInt(),
        new Ending(
            (CloseReason)reader.ReadByte(),
            new StreamPosition(reader.ReadLong(), reader.ReadLong()),
            reader.ReadBool() ? reader.ReadRest().ToArray() : null));

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Ended);
        output.WriteUInt(Id);
        output.WriteByte((byte)Ending.Reason);
        output.WriteLong(Ending.Position.Epoch);
        output.WriteLong(Ending.Position.Offset);
        output.WriteBool(Ending.Farewell is not null);
        output.Write(Ending.Farewell);
    }
}
