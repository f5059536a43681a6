using Halley.Channels;

namespace Halley;

/// <summary>
/// A request while it is handled. It may have to wait for what is not in this process: then it is postponed, and later
/// handled again from its beginning.
/// </summary>
public interface IPostponable
{
    /// <summary>The thread that the request and its subscriptions live on.</summary>
    IDispatcher Dispatcher { get; }

    /// <summary>The answers it was postponed for; null while it is handled for the first time.</summary>
    Postponement? Postponed { get; }

    /// <summary>Whether its client may read what a channel keeps; else it has what is published from now on.</summary>
    bool MayReadPast(ReadOnlySpan<byte> channel) => true;

    /// <summary>Narrows what its client asks of a channel to what the client is allowed.</summary>
    Replay Allow(in Replay replay, ReadOnlySpan<byte> channel) =>
        MayReadPast(channel) ? replay : replay.WithoutPast();

    /// <summary>
    /// Postpones the request until all that was asked for it is answered. On its dispatcher; its handler returns at
    /// once after that.
    /// </summary>
    Postponement Postpone();
}
