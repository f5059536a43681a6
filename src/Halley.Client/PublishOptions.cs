namespace Halley.Client;

/// <summary>The labels of a message, and how long it is kept.</summary>
public sealed class PublishOptions
{
    internal static PublishOptions None { get; } = new();

    /// <summary>The name of the event that a browser's EventSource raises.</summary>
    public string? Event { get; init; }

    /// <summary>An id of the publisher's own.</summary>
    public string? Id { get; init; }

    /// <summary>The media type of the message.</summary>
    public string? ContentType { get; init; }

    /// <summary>
    /// The number of the newest messages that the channel keeps, this one among them; null: the server's own rule.
    /// </summary>
    public int? HistorySize { get; init; }

    /// <summary>
    /// The time for which this message is kept, in whole seconds; needs <see cref="HistorySize"/> beside it. Null: for
    /// as long as its turn in the channel lasts.
    /// </summary>
    public TimeSpan? HistoryTtl { get; init; }

    /// <summary>
    /// A name for this publication, 1 to 255 printable ASCII characters: sent again with the same one, within the
    /// server's <c>front.idempotency_window</c> (300 s), it is published once. Null: one is made for each call, so that
    /// what this library repeats is published once. A key of your own lets you repeat after an exception, too. Empty:
    /// none is sent, and where it is not known whether the message was published, nothing is repeated.
    /// </summary>
    public string? IdempotencyKey { get; init; }
}
