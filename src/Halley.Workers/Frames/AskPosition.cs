using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>
/// A worker's question how far a channel has got: a subscriber may have received more than the worker's copy.
/// </summary>
internal readonly record struct AskPosition(uint Id) : IFrame
{
    public static AskPosition Read(ref FrameReader reader) => new(reader.ReadUInt());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.AskPosition);
        output.WriteUInt(Id);
    }
}
