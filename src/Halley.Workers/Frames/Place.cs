using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>Whether a further subscriber may be let in.</summary>
internal readonly record struct Place(uint Id, bool IsGranted) : IFrame
{
    public static Place Read(ref FrameReader reader) => new(reader.ReadUInt(), reader.ReadBool());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Place);
        output.WriteUInt(Id);
        output.WriteBool(IsGranted);
    }
}
