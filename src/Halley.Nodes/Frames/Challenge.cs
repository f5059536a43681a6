using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Nodes.Frames;

/// <summary>The answer to <see cref="Hello"/>: who was dialled, a number of its own, and the proof that it knows the key.</summary>
internal readonly ref struct Challenge(long incarnation, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> proof, ReadOnlySpan<byte> name) : IFrame
{
    public long Incarnation { get; } = incarnation;

    public ReadOnlySpan<byte> Nonce { get; } = nonce;

    public ReadOnlySpan<byte> Proof { get; } = proof;

    public ReadOnlySpan<byte> Name { get; } = name;

    public static Challenge Read(ref FrameReader reader) => new(reader.ReadLong(), reader.ReadBytes(), reader.ReadBytes(), reader.ReadRest());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Challenge);
        output.WriteLong(Incarnation);
        output.WriteBytes(Nonce);
        output.WriteBytes(Proof);
        output.Write(Name);
    }
}
