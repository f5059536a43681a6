using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A line for the log, which the main process alone writes.</summary>
internal readonly ref struct Log(byte level, ReadOnlySpan<byte> source, ReadOnlySpan<byte> line) : IFrame
{
    public byte Level { get; } = level;

    public ReadOnlySpan<byte> Source { get; } = source;

    public ReadOnlySpan<byte> Line { get; } = line;

    public static Log Read(ref FrameReader reader) => new(reader.ReadByte(), reader.ReadBytes(), reader.ReadRest());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Log);
        output.WriteByte(Level);
        output.WriteBytes(Source);
        output.Write(Line);
    }
}
