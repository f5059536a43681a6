using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Nodes.Frames;

/// <summary>The end of the handshake: who dialled knows the key too.</summary>
/// <param name="fingerprint">Of its list of nodes, to notice lists that differ.</param>
internal readonly ref struct Proof(ReadOnlySpan<byte> value, ReadOnlySpan<byte> fingerprint) : IFrame
{
    public ReadOnlySpan<byte> Value { get; } = value;

    public ReadOnlySpan<byte> Fingerprint { get; } = fingerprint;

    public static Proof Read(ref FrameReader reader) => new(reader.ReadBytes(), reader.ReadRest());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Proof);
        output.WriteBytes(Value);
        output.Write(Fingerprint);
    }
}
