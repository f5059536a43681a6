using Halley.Protocol.Transports;

namespace Halley.Engine;

/// <summary>One reactor as others see it. Any thread; may be a moment behind.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Delivered">The messages that were written to held answers.</param>
/// <param name="HeldCount">The answers that are held now, by how.</param>
public readonly record struct ReactorState(
    int Number, ReactorCounts Counts, long Delivered, Func<TransportKind, long> HeldCount);
