using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Nodes.Frames;

/// <summary>How a request was answered: for its publisher, as it is.</summary>
/// <param name="head">As <see cref="Forwarding.PackedHead"/> has it.</param>
internal readonly ref struct Answer(uint id, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) : IFrame
{
    public uint Id { get; } = id;

    public ReadOnlySpan<byte> Head { get; } = head;

    public ReadOnlySpan<byte> Body { get; } = body;

    public static Answer Read(ref FrameReader reader) => new(reader.ReadUInt(), reader.ReadBytes(), reader.ReadRest());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Answer);
        output.WriteUInt(Id);
        output.WriteBytes(Head);
        output.Write(Body);
    }
}
