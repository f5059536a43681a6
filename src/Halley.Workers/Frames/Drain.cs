using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>The main process's word that a worker is to end its connections.</summary>
/// <param name="Milliseconds">The time that it has.</param>
internal readonly record struct Drain(int Milliseconds) : IFrame
{
    public static Drain Read(ref FrameReader reader) => new(reader.ReadInt());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Drain);
        output.WriteInt(Milliseconds);
    }
}
