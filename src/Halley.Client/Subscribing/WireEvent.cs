namespace Halley.Client.Subscribing;

/// <summary>One object as the server says it; docs/protocols/positions.md has which type has which fields.</summary>
internal sealed record WireEvent
{
    public string? Type { get; init; }

    public long Seq { get; init; }

    public string? Epoch { get; init; }

    public string? Content { get; init; }

    public long From { get; init; }

    public long To { get; init; }

    public string? Reason { get; init; }

    /// <summary>In a heartbeat: the offset of the channel's newest message.</summary>
    public long? Top { get; init; }
}
