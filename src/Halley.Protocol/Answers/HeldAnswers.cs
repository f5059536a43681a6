using Halley.Protocol.Clients;
using Halley.Protocol.Explaining;
using Halley.Protocol.Transports;
using Halley.Time;

namespace Halley.Protocol.Answers;

/// <summary>The objects that the held answers of one dispatcher share.</summary>
public sealed class HeldAnswers(TickClock clock)
{
    private readonly long[] _held = new long[(int)TransportKind.WebSocket + 1];
    private long _delivered;

    /// <summary>The dispatcher's time, and its timers.</summary>
    public TickClock Clock { get; } = clock;

    /// <summary>
    /// The number of messages written to held answers since the start. Any thread; may be a moment behind.
    /// </summary>
    public long DeliveredCount => Volatile.Read(ref _delivered);

    /// <summary>The number of answers that are held in a way. Any thread; may be a moment behind.</summary>
    public long HeldCount(TransportKind transport) => Volatile.Read(ref _held[(int)transport]);

    /// <summary>The wire forms of the message that is being delivered.</summary>
    internal EncodedMessages Encoded { get; } = new();

    /// <summary>The clients that were let in, for those requests and answers where that was asked.</summary>
    internal Dictionary<HeldAnswer, AdmittedClient> Clients { get; } = [];

    /// <summary>The lags of those answers that are behind.</summary>
    internal Dictionary<HeldAnswer, Lag> Lagging { get; } = [];

    internal FurtherPlaces Further { get; } = new();

    /// <summary>The watches of this process; null where nothing can be watched.</summary>
    public Watches? Watches { get; init; }

    /// <summary>The traces of those answers that are watched.</summary>
    internal Dictionary<HeldAnswer, ConnectionTrace> Traced { get; } = [];

    /// <summary>
    /// Delivers what waits for answers with several channels, in order. The host calls it after every audience has had
    /// its turn.
    /// </summary>
    public void DeliverInOrder() => Further.DeliverInOrder();

    /// <summary>Counts a message written to a held answer. On the dispatcher.</summary>
    internal void CountDelivered() => _delivered++;

    /// <summary>Counts an answer that is held from now on (1), or is not any more (-1). On the dispatcher.</summary>
    internal void CountHeld(TransportKind transport, int by) => _held[(int)transport] += by;

    /// <summary>Releases what is large. The host calls it when no audience has anything left to tell.</summary>
    public void Rest() => Encoded.Rest();
}
