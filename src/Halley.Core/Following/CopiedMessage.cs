namespace Halley.Following;

/// <summary>A message that came from the process that has its channel, with all that a copy needs.</summary>
/// <param name="Payload">The copy keeps the array: nobody may write to it any more.</param>
public readonly record struct CopiedMessage(
    long Offset, byte[] Payload, MessageTraits Traits, MessageStamp Stamp, MessageLabels? Labels, Keeping Keeping)
{
    /// <param name="now">The tick of the copy's owner.</param>
    internal Message ToMessage(uint now) => new(Offset, Payload, Traits, Stamp, Labels)
    {
        ExpiresAt = Keeping.Life == 0 ? 0 : now + Keeping.Life,
    };
}
