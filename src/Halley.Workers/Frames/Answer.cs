using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>The result of a <see cref="Call"/>.</summary>
/// <param name="write">Writes it.</param>
internal readonly ref struct Answer(uint number, Action<ByteBuffer> write) : IFrame
{
    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Answer);
        output.WriteUInt(number);
        write(output);
    }
}
