using Halley.Channels;
using Halley.Following;

namespace Halley.Broker;

/// <summary>
/// Where publications are sequenced and kept, and where channels come from: in this process, in another one, on other machines. Every write of every dialect
/// goes through here, so that another broker changes nothing before it and nothing behind it.
/// </summary>
/// <remarks>
/// What every broker promises: the messages of a channel have contiguous offsets, in one order, which every follower is told; a message that was acknowledged is
/// told to whoever follows; a name that was closed begins a stream of another epoch. Any thread. Returns at once: what takes time is a task that is not completed
/// yet, and fails with <see cref="BrokerException"/> alone, where the broker cannot be reached; everything else that went wrong is in the result. In memory
/// everything is completed when the call returns, and nothing is allocated for that.
/// </remarks>
public interface IBroker
{
    /// <summary>Publishes to one channel, which is created where there is none.</summary>
    ValueTask<PublishResult> Publish(ReadOnlySpan<byte> channel, in Publication publication);

    /// <summary>Publishes to every channel there is. One that is created meanwhile may be left out.</summary>
    /// <param name="payload">The broker keeps the array: nobody may write to it any more.</param>
    /// <param name="dispatcher">Where work is done that has to be done in this process, in slices.</param>
    /// <returns>How many channels have it.</returns>
    ValueTask<long> PublishToAll(byte[] payload, IDispatcher dispatcher);

    /// <summary>Has a channel of this process follow its stream, for a subscriber: <see cref="Hub.Attach"/> alone calls it.</summary>
    ValueTask<FollowResult> Follow(ReadOnlySpan<byte> channel, in AttachOptions options);

    /// <summary>Creates a channel where there is none.</summary>
    /// <param name="idleTimeout">How long one that is created is kept after its last use.</param>
    /// <returns>False when there are as many channels as there may be.</returns>
    ValueTask<bool> Create(ReadOnlySpan<byte> channel, TimeSpan idleTimeout);

    /// <summary>Keeps a channel, created where there is none, for exactly that long once nobody is there.</summary>
    /// <param name="newest">Of how many of the newest messages the first one's offset is wanted.</param>
    /// <returns>Null when there are as many channels as there may be.</returns>
    ValueTask<Reservation?> Reserve(ReadOnlySpan<byte> channel, TimeSpan keepFor, int newest);

    /// <summary>Ends a channel: its subscribers are told, its messages and numbers forgotten, its name free.</summary>
    /// <param name="farewell">Words for its subscribers, where their transport has a place for them.</param>
    /// <returns>How it was; null when there is none.</returns>
    ValueTask<ChannelState?> Close(ReadOnlySpan<byte> channel, byte[]? farewell = null);

    /// <summary>Forgets the messages kept; numbers go on.</summary>
    /// <returns>Where the stream stands; null when there is no such channel.</returns>
    ValueTask<StreamPosition?> Clear(ReadOnlySpan<byte> channel);

    /// <returns>How a channel is; null when there is none.</returns>
    ValueTask<ChannelState?> Info(ReadOnlySpan<byte> channel);

    /// <summary>All channels whose names begin so, in the order they were created.</summary>
    ValueTask<IReadOnlyList<NamedState>> List(ReadOnlySpan<byte> prefix);

    /// <summary>How many of everything there are.</summary>
    ValueTask<Counts> Count();

    /// <summary>Asks every process that shares the channels what its dialects know or are to do; see <see cref="Hub.Answers"/>.</summary>
    /// <returns>What those said that had something to say.</returns>
    ValueTask<IReadOnlyList<byte[]>> Survey(string question, byte[] argument);

    /// <summary>Has a follower told of the comings and goings of channels from now on. On its dispatcher.</summary>
    AttachResult FollowPresence(Subscription follower, IDispatcher dispatcher);
}
