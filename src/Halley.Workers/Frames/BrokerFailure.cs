using System.Text;
using Halley.Broker;
using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>
/// The failure of a <see cref="Call"/>, or of a question about a channel that is followed: the broker outside of this
/// server cannot be reached.
/// </summary>
/// <param name="Type"><see cref="FrameType.CallFailed"/> or <see cref="FrameType.FollowFailed"/>.</param>
/// <param name="Number">The number of the call, or of the channel.</param>
internal readonly record struct BrokerFailure(FrameType Type, uint Number, BrokerException Why) : IFrame
{
    public static BrokerFailure Read(FrameType type, ref FrameReader reader)
    {
        var (number, mayHaveBeenDone) = (reader.ReadUInt(), reader.ReadBool());
        return new BrokerFailure(
            type, number, new BrokerException(Encoding.UTF8.GetString(reader.ReadBytes()), mayHaveBeenDone));
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
