namespace Halley.Load.Clients;

/// <summary>The way in which a message is published.</summary>
internal sealed record PublishPlan
{
    /// <summary>
    /// A URL with places for {channel} and {message}; without the latter the message is a POST's body.
    /// </summary>
    public required string Publish { get; init; }

    /// <summary>A URL that publishes {message} to all channels; empty: the server has none.</summary>
    public string Broadcast { get; init; } = "";

    /// <summary>
    /// The body, with places for {channel} and {message}; empty: the message alone, where the URL has no place for it.
    /// </summary>
    public string Body { get; init; } = "";

    /// <summary>Header lines of every request, such as an API's key.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>The text that an answer of status 2xx must contain to mean that it was published; empty: any.</summary>
    public string Accepted { get; init; } = "";

    public required string ChannelPrefix { get; init; }
}
