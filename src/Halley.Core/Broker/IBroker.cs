using Halley.Channels;
using Halley.Following;

namespace Halley.Broker;

/// <summary>
/// The place where publications are sequenced and kept, and where channels come from: this process, another one, or
/// other machines. Every write of every dialect goes through here, so that another broker changes nothing before it and
/// nothing behind it.
/// </summary>
/// <remarks>
/// The promises of every broker: the messages of a channel have contiguous offsets, in one order, which every follower
/// receives; a message that was acknowledged reaches every follower; a name that was closed begins a stream of another
/// epoch. Any thread. Returns at once: what takes time is a task that is not completed yet, and fails with
/// <see cref="BrokerException"/> alone, where the broker cannot be reached; everything else that went wrong is in the
/// result. In memory everything is completed when the call returns, and nothing is allocated for that; but a publish is
/// completed later where it outruns a dispatcher: see <see cref="Backlog"/>.
/// </remarks>
public interface IBroker
{
    /// <summary>Publishes to one channel, which is created where there is none.</summary>
    ValueTask<PublishResult> Publish(ReadOnlySpan<byte> channel, in Publication publication);

    /// <summary>Publishes to every channel there is. One that is created meanwhile may be left out.</summary>
    /// <param name="payload">The broker keeps the array: nobody may write to it any more.</param>
    /// <param name="dispatcher">The dispatcher of the work that has to be done in this process, in slices.</param>
    /// <returns>How many channels have it.</returns>
    ValueTask<long> PublishToAll(byte[] payload, IDispatcher dispatcher);

    /// <summary>
    /// Has a channel of this process follow its stream, for a subscriber. Only <see cref="Hub.Attach"/> calls it.
    /// </summary>
    ValueTask<FollowResult> Follow(ReadOnlySpan<byte> channel, in AttachOptions options);

    /// <summary>Creates a channel where there is none.</summary>
    /// <param name="idleTimeout">The time that a new channel is kept after its last use.</param>
    /// <returns>False when there are as many channels as allowed.</returns>
    ValueTask<bool> Create(ReadOnlySpan<byte> channel, TimeSpan idleTimeout);

    /// <summary>
    /// Keeps a channel, created where there is none, for exactly that long once it has no subscribers.
    /// </summary>
    /// <param name="newest">The number of newest messages, of which the first one's offset is wanted.</param>
    /// <returns>Null when there are as many channels as allowed.</returns>
    ValueTask<Reservation?> Reserve(ReadOnlySpan<byte> channel, TimeSpan keepFor, int newest);

    /// <summary>
    /// Ends a channel: its subscribers are told, its messages and numbers are forgotten, its name is free.
    /// </summary>
    /// <param name="farewell">Words for its subscribers, as far as their transport has a place for them.</param>
    /// <returns>Its last state; null when there is none.</returns>
    ValueTask<ChannelState?> Close(ReadOnlySpan<byte> channel, byte[]? farewell = null);

    /// <summary>Forgets the messages kept; offsets continue.</summary>
    /// <returns>The stream's position; null when there is no such channel.</returns>
    ValueTask<StreamPosition?> Clear(ReadOnlySpan<byte> channel);

    /// <returns>The state of a channel; null when there is none.</returns>
    ValueTask<ChannelState?> Info(ReadOnlySpan<byte> channel);

    /// <summary>Lists the channels whose names begin with a prefix, in the order they were created.</summary>
    ValueTask<IReadOnlyList<NamedState>> List(ReadOnlySpan<byte> prefix);

    /// <summary>Counts everything.</summary>
    ValueTask<Counts> Count();

    /// <summary>
    /// Asks every process that shares the channels what its dialects know or are to do; see <see cref="Hub.Answers"/>.
    /// </summary>
    /// <returns>The answers of those that had one.</returns>
    ValueTask<IReadOnlyList<byte[]>> Survey(string question, byte[] argument);

    /// <summary>
    /// The same, and whether everybody has answered. Default: those that have not are gone, with all that they had.
    /// </summary>
    async ValueTask<SurveyResult> SurveyAll(string question, byte[] argument) =>
        new(await Survey(question, argument).ConfigureAwait(false), IsWhole: true);

    /// <summary>
    /// Leaves something to the processes that share the channels: one of them inherits it should this one die; see
    /// <see cref="Hub.Inherits"/>. Completes when that is so. Default: nobody does.
    /// </summary>
    /// <param name="key">The name that this process has for it.</param>
    /// <param name="what">Null takes it back.</param>
    /// <returns>Whether there is anybody to inherit it, now or later.</returns>
    ValueTask<bool> Bequeath(byte[] key, byte[]? what) => new(false);

    /// <summary>Attaches a follower to the comings and goings of channels. On its dispatcher.</summary>
    AttachResult FollowPresence(Subscription follower, IDispatcher dispatcher);
}
