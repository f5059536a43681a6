namespace Halley.Channels;

/// <summary>
/// A message, the end of the channel, or a note that it keeps nothing any more, on its way to an audience. A link in
/// the list of what is still to be told.
/// </summary>
internal sealed class Announcement
{
    // A message, an ending, or the offset before which nothing is kept.
    private readonly object _what;

    public Announcement(Message message) => _what = message;

    public Announcement(Ending ending) => _what = ending;

    public Announcement(long clearedBefore) => _what = clearedBefore;

    private Announcement(Announcement other) => _what = other._what;

    /// <summary>Null where it is no message.</summary>
    public Message? Message => _what as Message;

    public bool IsClearing(out long before)
    {
        before = _what is long offset ? offset : 0;
        return before > 0;
    }

    public Ending Ending => (Ending)_what;

    public Announcement? Following { get; set; }

    /// <summary>The deliveries that it is expected to be.</summary>
    public int Deliveries { get; init; }

    /// <summary>
    /// Completes when its audience has heard it; null where nobody waits for that. Under the channel's lock.
    /// </summary>
    public TaskCompletionSource? Told { get; set; }

    /// <summary>The memory that it keeps, in bytes: some 128, and its message's payload.</summary>
    public int Bytes => 128 + (Message?.Payload.Length ?? 0);

    /// <summary>Its share of a dispatcher's <see cref="Backlog"/>.</summary>
    public int Weight => Bytes + Backlog.BytesFor(Deliveries);

    public Announcement Copy() => new(this) { Deliveries = Deliveries };
}
