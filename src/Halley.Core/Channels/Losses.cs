namespace Halley.Channels;

/// <summary>The fate of the messages that a history had once: enough to say why one of them is missing.</summary>
/// <param name="To">The newest that was dropped from the old end; 0 where none was.</param>
/// <param name="Reason">The reason for that.</param>
/// <param name="ExpiredTo">The newest that has expired; 0 where none has.</param>
/// <param name="Continues">The stream that this one continues, with its offsets; null for none.</param>
public readonly record struct Losses(long To, LossReason Reason, long ExpiredTo, Continuation? Continues = null)
{
    /// <summary>The reason why a row of messages is missing.</summary>
    /// <param name="last">The newest of them: what became of older ones is not remembered one by one.</param>
    public LossReason ReasonFor(long last) =>
        last <= To ? Reason : last <= ExpiredTo ? LossReason.Expired : LossReason.Limit;

    /// <summary>Whether any message from an offset on is lost that was kept once.</summary>
    public bool Reach(long from) => To >= from || ExpiredTo >= from;

    internal Losses WithDropped(long offset, LossReason reason) => this with { To = offset, Reason = reason };

    internal Losses WithExpired(long offset) => this with { ExpiredTo = Math.Max(ExpiredTo, offset) };
}

/// <summary>The stream that another one continues: up to a place, both are the same.</summary>
/// <param name="Epoch">The other one's.</param>
/// <param name="Next">
/// The offset up to which nothing was lost: a subscriber that wants this one, or a lower one, has missed nothing.
/// </param>
public sealed record Continuation(long Epoch, long Next)
{
    /// <summary>Finds the same place in the continuing stream, where it belongs to both.</summary>
    public static StreamPosition Translate(StreamPosition place, in Losses losses, long epoch) =>
        losses.Continues is { } other && place.Epoch == other.Epoch && place.Offset <= other.Next
            ? place with { Epoch = epoch }
            : place;
}
