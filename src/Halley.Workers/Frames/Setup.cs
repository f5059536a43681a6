using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>The first frame of a link: what a worker must know before it serves.</summary>
/// <param name="key">The key that tokens are signed with.</param>
/// <param name="options">The operator's options, as the server writes them.</param>
internal readonly ref struct Setup(ReadOnlySpan<byte> key, ReadOnlySpan<byte> options) : IFrame
{
    public ReadOnlySpan<byte> Key { get; } = key;

    public ReadOnlySpan<byte> Options { get; } = options;

    public static Setup Read(ref FrameReader reader) => new(reader.ReadBytes(), reader.ReadRest());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Setup);
        output.WriteBytes(Key);
        output.Write(Options);
    }
}
