using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A worker wants a replica of a channel.</summary>
/// <param name="id">What both sides call it from now on; the lowest that is free.</param>
internal readonly ref struct Follow(uint id, bool mayCreate, bool wantsPlace, long creator, ReadOnlySpan<byte> name) : IFrame
{
    public uint Id { get; } = id;

    public bool MayCreate { get; } = mayCreate;

    public bool WantsPlace { get; } = wantsPlace;

    /// <summary>Whom the channel would be created for, as the number of its address block; 0 for nobody in particular.</summary>
    public long Creator { get; } = creator;

    public ReadOnlySpan<byte> Name { get; } = name;

    public static Follow Read(ref FrameReader reader) => new(reader.ReadUInt(), reader.ReadBool(), reader.ReadBool(), reader.ReadLong(), reader.ReadRest());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Follow);
        output.WriteUInt(Id);
        output.WriteBool(MayCreate);
        output.WriteBool(WantsPlace);
        output.WriteLong(Creator);
        output.Write(Name);
    }
}
