namespace Halley.Chaos.Clients.Sessions;

/// <summary>The kind of something that a server says in Centrifugo's protocol.</summary>
internal enum WordKind
{
    /// <summary>Nothing that a subscriber needs.</summary>
    Other,

    Ping,
    Connected,
    Subscribed,
    Published,
    Publication,
    Refused,

    /// <summary>The subscription, or all of it.</summary>
    Ended,
}

/// <summary>Something that a server says, as far as subscribers and publishers need it.</summary>
/// <param name="Id">Of the command that is answered; 0 for none.</param>
internal readonly record struct SessionWord(WordKind Kind, long Id = 0)
{
    /// <summary>The reason of a refusal or an end.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The id by which further requests are for this session; empty where there are none.</summary>
    public string Session { get; init; } = "";

    public string Node { get; init; } = "";

    /// <summary>The news of its channel that a subscriber has when it comes.</summary>
    public SubscribedWord? Subscribed { get; init; }

    public PublicationWord Publication { get; init; }
}

/// <summary>A message, and its offset.</summary>
internal readonly record struct PublicationWord(string Text, long Offset);

/// <summary>Says where a subscriber stands.</summary>
/// <param name="IsPlaced">Whether the channel has places.</param>
/// <param name="Offset">That of the channel's last message; for one that has recovered, of its own last one.</param>
/// <param name="Missed">The messages that it has missed.</param>
internal sealed record SubscribedWord(
    bool IsPlaced, string Epoch, long Offset, bool IsRecovered, IReadOnlyList<PublicationWord> Missed);
