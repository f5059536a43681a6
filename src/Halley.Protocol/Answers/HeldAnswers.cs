using Halley.Protocol.Transports;
using Halley.Time;

namespace Halley.Protocol.Answers;

/// <summary>The objects that the held answers of one dispatcher share.</summary>
public sealed class HeldAnswers(TickClock clock)
{
    /// <summary>The dispatcher's time, and its timers.</summary>
    public TickClock Clock { get; } = clock;

    /// <summary>The wire forms of the message that is being delivered.</summary>
    internal EncodedMessages Encoded { get; } = new();

    internal FurtherPlaces Further { get; } = new();

    /// <summary>
    /// Delivers what waits for answers with several channels, in order. The host calls it after every audience has had
    /// its turn.
    /// </summary>
    public void DeliverInOrder() => Further.DeliverInOrder();

    /// <summary>Releases what is large. The host calls it when no audience has anything left to tell.</summary>
    public void Rest() => Encoded.Rest();
}
