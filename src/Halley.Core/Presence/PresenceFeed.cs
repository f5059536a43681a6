using Halley.Channels;

namespace Halley.Presence;

/// <summary>
/// The comings and goings of a node's channels, as a stream of its own. Each message is a byte, 1 for here or 0 for
/// gone, and the name. Any thread.
/// </summary>
public sealed class PresenceFeed
{
    /// <summary>The highest number of followers: routers and back ends, not browsers.</summary>
    public const int MaxFollowers = 1024;

    private readonly Feed _feed = new(MaxFollowers);

    internal PresenceFeed()
    {
    }

    /// <summary>Attaches a follower; it hears what happens from now on.</summary>
    public AttachResult Attach(Subscription follower, IDispatcher dispatcher) => _feed.Attach(follower, dispatcher);

    /// <summary>Whether a message of this feed says that a channel is here, and its name.</summary>
    public static bool IsHere(Message message, out ReadOnlySpan<byte> name)
    {
        name = message.Payload[1..];
        return message.Payload[0] != 0;
    }

    /// <summary>Tells followers that a channel is here, or gone.</summary>
    public void Tell(ReadOnlySpan<byte> name, bool isHere)
    {
        if (_feed.FollowerCount == 0)
        {
            return;
        }

        var payload = new byte[1 + name.Length];
        payload[0] = isHere ? (byte)1 : (byte)0;
        name.CopyTo(payload.AsSpan(1));
        _feed.Tell(payload);
    }
}
