using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A note that a channel is here, or gone.</summary>
internal readonly ref struct PresenceFrame(bool isHere, ReadOnlySpan<byte> name) : IFrame
{
    public bool IsHere { get; } = isHere;

    public ReadOnlySpan<byte> Name { get; } = name;

    public static PresenceFrame Read(ref FrameReader reader) => new(reader.ReadBool(), reader.ReadRest());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Presence);
        output.WriteBool(IsHere);
        output.Write(Name);
    }
}
