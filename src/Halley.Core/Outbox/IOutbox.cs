using Halley.Broker;

namespace Halley.Outbox;

/// <summary>
/// The events that the operator's own servers are to hear of, in a bounded queue for each of them. Whoever sequences
/// messages keeps it, so that an event is there exactly when its message is. Any thread.
/// </summary>
/// <remarks>
/// An event that finds its queue full is lost and counted; the next one that has room is preceded by one that says how
/// many were.
/// </remarks>
public interface IOutbox
{
    /// <summary>Is called after an event was added here. Locks may be held: it must only wake somebody.</summary>
    event Action? Added;

    /// <summary>
    /// Notes that a channel has subscribers at this node, or none any more. Where all nodes together had none before,
    /// or have none now, the event is added.
    /// </summary>
    /// <exception cref="BrokerException">It could not be noted.</exception>
    ValueTask SetOccupied(byte[] channel, bool isOccupied, OutboxEntry entry);

    /// <summary>Reads the oldest events for a receiver.</summary>
    /// <returns>Null where another node tells that receiver.</returns>
    /// <exception cref="BrokerException">They cannot be read now.</exception>
    ValueTask<OutboxBatch?> Read(string receiver, int most);

    /// <summary>Forgets events that were read, from the oldest up to one of them.</summary>
    /// <exception cref="BrokerException">They may come again.</exception>
    ValueTask Remove(string receiver, OutboxBatch batch, int count);

    /// <summary>Has another node tell a receiver, where there is one: this one ends.</summary>
    ValueTask Leave(string receiver);
}

/// <summary>The oldest events of a queue.</summary>
/// <param name="Waiting">The number of all events in it.</param>
/// <param name="Lost">The number of events that found it full, and of which its receiver was not told yet.</param>
public sealed record OutboxBatch(IReadOnlyList<OutboxEvent> Events, long Waiting, long Lost);

/// <summary>An event in a queue.</summary>
/// <param name="Id">Its own in that queue, and the same whenever it is read.</param>
/// <param name="Added">Milliseconds since 1970.</param>
/// <param name="Text">An object in JSON.</param>
public readonly record struct OutboxEvent(string Id, long Added, byte[] Text);

/// <summary>The limits of each queue.</summary>
/// <param name="Events">Their number.</param>
/// <param name="Bytes">Their bytes; over Redis only their number counts.</param>
public sealed record OutboxLimits(long Events, long Bytes);
