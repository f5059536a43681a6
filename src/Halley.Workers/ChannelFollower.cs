using Halley.Channels;
using Halley.Following;

namespace Halley.Workers;

/// <summary>
/// A worker's place in a channel. There may be a million of them, so it has nothing of its own but its number.
/// </summary>
internal sealed class ChannelFollower(WorkerDesk desk, uint id) : Follower
{
    /// <summary>Sends what was kept when it attached.</summary>
    public void TellKept(IReadOnlyList<Message> messages)
    {
        foreach (var message in messages)
        {
            desk.Tell(id, message, KeepingOf(message));
        }
    }

    /// <inheritdoc/>
    protected override void Copy(Message message, Keeping keeping) => desk.Tell(id, message, keeping);

    /// <inheritdoc/>
    protected override void Clear(long before) => desk.TellCleared(id, before);

    /// <inheritdoc/>
    protected override void End(Channel channel, in Ending ending) => desk.TellEnded(id, ending);

    /// <inheritdoc/>
    protected override void OnDue(uint now)
    {
    }
}
