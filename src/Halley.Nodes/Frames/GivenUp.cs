using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Nodes.Frames;

/// <summary>From now on I take nothing more for the channels that are yours. Said again on a new link, with the same term.</summary>
/// <param name="To">The incarnation that it is meant for; another one has no use for it.</param>
/// <param name="Term">How often I have given up for that incarnation.</param>
/// <param name="HadTaken">Whether I may have published to them before.</param>
internal readonly record struct GivenUp(long To, int Term, bool HadTaken) : IFrame
{
    public static GivenUp Read(ref FrameReader reader) => new(reader.ReadLong(), reader.ReadInt(), reader.ReadBool());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.GivenUp);
        output.WriteLong(To);
        output.WriteInt(Term);
        output.WriteBool(HadTaken);
    }
}
