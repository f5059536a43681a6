using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>One side wants something done by the other, and its result.</summary>
/// <param name="number">What its answer will be known by.</param>
/// <param name="write">Writes the arguments.</param>
internal readonly ref struct Call(uint number, CallKind kind, Action<ByteBuffer> write) : IFrame
{
    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Call);
        output.WriteUInt(number);
        output.WriteByte((byte)kind);
        write(output);
    }
}
