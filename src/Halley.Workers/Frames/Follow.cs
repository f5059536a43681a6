using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A worker's wish to follow a channel.</summary>
/// <param name="id">The number of the channel from now on; the lowest that is free.</param>
/// <param name="idleSeconds">The time that a new channel is kept after its last use; -1 for the usual time.</param>
/// <param name="creator">
/// The client that it would be created for, as the number of an address block; 0 for none.
/// </param>
internal readonly ref struct Follow(uint id, bool mayCreate, long idleSeconds, long creator, ReadOnlySpan<byte> name)
    : IFrame
{
    public uint Id { get; } = id;

    public bool MayCreate { get; } = mayCreate;

    public long IdleSeconds { get; } = idleSeconds;

    /// <summary>
    /// The client that the channel would be created for, as the number of its address block; 0 for none.
    /// </summary>
    public long Creator { get; } = creator;

    public ReadOnlySpan<byte> Name { get; } = name;

    public static Follow Read(ref FrameReader reader) =>
        new(reader.ReadUInt(), reader.ReadBool(), reader.ReadLong(), reader.ReadLong(), reader.ReadRest());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Follow);
        output.WriteUInt(Id);
        output.WriteBool(MayCreate);
        output.WriteLong(IdleSeconds);
        output.WriteLong(Creator);
        output.Write(Name);
    }
}
