using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Nodes.Frames;

/// <summary>The first frame of a link: who dialled, which version of these frames it speaks, and a number never used before.</summary>
internal readonly ref struct Hello(byte version, long incarnation, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> name) : IFrame
{
    public byte Version { get; } = version;

    public long Incarnation { get; } = incarnation;

    public ReadOnlySpan<byte> Nonce { get; } = nonce;

    public ReadOnlySpan<byte> Name { get; } = name;

    public static Hello Read(ref FrameReader reader) => new(reader.ReadByte(), reader.ReadLong(), reader.ReadBytes(), reader.ReadRest());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Hello);
        output.WriteByte(Version);
        output.WriteLong(Incarnation);
        output.WriteBytes(Nonce);
        output.Write(Name);
    }
}
