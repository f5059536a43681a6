using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>
/// A worker's wish to follow a channel no longer. The answer is its end; until then its number is not free.
/// </summary>
internal readonly record struct Unfollow(uint Id) : IFrame
{
    public static Unfollow Read(ref FrameReader reader) => new(reader.ReadUInt());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Unfollow);
        output.WriteUInt(Id);
    }
}
