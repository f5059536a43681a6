using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A call of one side to the other, which wants its result.</summary>
/// <param name="number">The number that its answer will carry.</param>
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
