using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.Links;

namespace Halley.Nodes.Frames;

/// <summary>A publisher's request that another node is to carry out.</summary>
/// <param name="isForNode">Meant for that very node, rather than for whoever has the channel.</param>
internal readonly ref struct Request(uint id, RequestMethod method, bool isForNode, ReadOnlySpan<byte> target, ReadOnlySpan<byte> body) : IFrame
{
    public uint Id { get; } = id;

    public RequestMethod Method { get; } = method;

    public bool IsForNode { get; } = isForNode;

    public ReadOnlySpan<byte> Target { get; } = target;

    public ReadOnlySpan<byte> Body { get; } = body;

    public static Request Read(ref FrameReader reader) =>
        new(reader.ReadUInt(), (RequestMethod)reader.ReadByte(), reader.ReadBool(), reader.ReadBytes(), reader.ReadRest());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Request);
        output.WriteUInt(Id);
        output.WriteByte((byte)Method);
        output.WriteBool(IsForNode);
        output.WriteBytes(Target);
        output.Write(Body);
    }
}
