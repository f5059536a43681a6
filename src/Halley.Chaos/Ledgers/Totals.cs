namespace Halley.Chaos.Ledgers;

/// <summary>The sums of a ledger.</summary>
/// <param name="Told">How often somebody was told that messages are missing.</param>
/// <param name="HeardAgain">Messages that came again to those who had been told to forget what they knew.</param>
public readonly record struct Totals(
    long Sent,
    long Acknowledged,
    long Delivered,
    long Told,
    long HeardAgain,
    long Repeated,
    long OutOfOrder,
    long LostUntold)
{
    /// <summary>Whether every promise was kept.</summary>
    public bool IsClean => Repeated == 0 && OutOfOrder == 0 && LostUntold == 0;
}

/// <summary>A thing that must not happen to a message.</summary>
public enum BreachKind
{
    Repeated,
    OutOfOrder,

    /// <summary>Acknowledged, not heard, and nobody said so.</summary>
    LostUntold,
}

/// <summary>Something that must not happen.</summary>
public readonly record struct Breach(BreachKind Kind, string What)
{
    public override string ToString() => $"{Kind}: {What}";
}
