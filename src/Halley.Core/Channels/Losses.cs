namespace Halley.Channels;

/// <summary>What a history knows of messages that it had once: enough to say why one of them is missing.</summary>
/// <param name="To">The newest that was dropped from the old end; 0 where none was.</param>
/// <param name="Reason">Why that one was.</param>
/// <param name="ExpiredTo">The newest that has expired; 0 where none has.</param>
public readonly record struct Losses(long To, LossReason Reason, long ExpiredTo)
{
    /// <summary>Why a row of messages is missing.</summary>
    /// <param name="last">The newest of them: what became of older ones is not remembered one by one.</param>
    public LossReason ReasonFor(long last) => last <= To ? Reason : last <= ExpiredTo ? LossReason.Expired : LossReason.Limit;

    internal Losses WithDropped(long offset, LossReason reason) => this with { To = offset, Reason = reason };

    internal Losses WithExpired(long offset) => this with { ExpiredTo = Math.Max(ExpiredTo, offset) };
}
