using System.Text;
using Halley.Broker;
using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>
/// A <see cref="Call"/>, or what was asked for a channel that is followed, has failed: what lies outside of this server
/// cannot be asked.
/// </summary>
/// <param name="Type"><see cref="FrameType.CallFailed"/> or <see cref="FrameType.FollowFailed"/>.</param>
/// <param name="Number">The call's, or the channel's.</param>
internal readonly record struct BrokerFailure(FrameType Type, uint Number, BrokerException Why) : IFrame
{
    public static BrokerFailure Read(FrameType type, ref FrameReader reader)
    {
        var (number, mayHaveBeenDone) = (reader.ReadUInt(), reader.ReadBool());
        return new BrokerFailure(type, number, new BrokerException(Encoding.UTF8.GetString(reader.ReadBytes()), mayHaveBeenDone));
    }

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(Type);
        output.WriteUInt(Number);
        output.WriteBool(Why.MayHaveBeenDone);
        output.WriteBytes(Encoding.UTF8.GetBytes(Why.Message));
    }
}
