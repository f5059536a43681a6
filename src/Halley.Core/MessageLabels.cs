namespace Halley;

/// <summary>
/// The labels of a message, which its publisher may set beside its content. Null means "not said", which differs from
/// empty.
/// </summary>
/// <param name="EventId">The id that a subscriber may name as the last it has seen.</param>
/// <param name="EventType">The event that a browser's EventSource raises.</param>
/// <param name="ContentType">The media type of the payload.</param>
/// <param name="Details">What else was said of it, in the publishing dialect's own words.</param>
public record MessageLabels(
    byte[]? EventId, byte[]? EventType, byte[]? ContentType, byte[]? Details = null)
{
    /// <summary>The context of the publisher's trace; see <see cref="Tracing.TraceContext"/>. Null for none.</summary>
    public virtual byte[]? Trace => null;

    /// <summary>Adds the context of a trace to what a publisher said, or puts it in place of another.</summary>
    /// <param name="labels">Null where it said nothing.</param>
    /// <param name="trace">Null for none: then nothing changes.</param>
    public static MessageLabels? WithTrace(MessageLabels? labels, byte[]? trace) =>
        trace is null ? labels : new TracedLabels(labels, trace);

    // A kind of its own: labels of messages without a trace have no field for one.
    private sealed record TracedLabels : MessageLabels
    {
        public TracedLabels(MessageLabels? said, byte[] trace)
            : base(said?.EventId, said?.EventType, said?.ContentType, said?.Details) => Trace = trace;

        /// <inheritdoc/>
        public override byte[] Trace { get; }
    }
}
