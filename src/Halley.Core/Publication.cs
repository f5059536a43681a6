namespace Halley;

/// <summary>What a publisher hands in: a message that has no place in a stream yet.</summary>
/// <param name="Payload">The channel keeps the array: nobody may write to it any more.</param>
public readonly record struct Publication(byte[] Payload)
{
    public MessageTraits Traits { get; init; }

    public MessageLabels? Labels { get; init; }

    /// <summary>How long it is kept for those who come later; null for the hub's own rule.</summary>
    public Retention? Retention { get; init; }
}

/// <summary>How long a message is kept for those who come later.</summary>
/// <param name="Messages">How many of the newest the channel keeps, this one among them; 0 for not keeping this one, which drops no other.</param>
/// <param name="TimeToLive">After which it is given to nobody any more, in whole seconds, rounded up; null for as long as its channel lives.</param>
public sealed record Retention(int Messages, TimeSpan? TimeToLive);
