using System.Globalization;

namespace Halley.Client.Api;

/// <summary>Writes requests about messages, and reads the API's answers to them.</summary>
internal static class Publications
{
    /// <param name="text">The message, or null where it is <paramref name="bytes"/>.</param>
    public static PublishWords Words(string? text, ReadOnlyMemory<byte> bytes, PublishOptions? given)
    {
        var options = given ?? PublishOptions.None;
        return new PublishWords
        {
            Data = text,
            Base64Data = text is null ? bytes : default(ReadOnlyMemory<byte>?),
            Event = options.Event,
            Id = options.Id,
            ContentType = options.ContentType,
            HistorySize = options.HistorySize,
            HistoryTtl = SecondsOf(options.HistoryTtl),
            IdempotencyKey = options.IdempotencyKey switch
            {
                null => Guid.NewGuid().ToString("D", CultureInfo.InvariantCulture),
                "" => null,
                var own => own,
            },
        };
    }

    /// <summary>A message as one command of a batch.</summary>
    public static CommandWords CommandOf(OutgoingMessage message) =>
        new(Words(null, message.Payload, message.Options) with { Channel = message.Channel });

    /// <exception cref="HalleyException">What answered is no Halley.</exception>
    public static PublishResult ResultOf(PublishedAnswer answer) =>
        new(PositionOf(answer.Epoch, answer.Offset), answer.Repeated);

    /// <summary>Reads the outcomes of several, in their order.</summary>
    /// <exception cref="HalleyException">What answered is no Halley.</exception>
    public static IReadOnlyList<PublishOutcome> OutcomesOf(
        IReadOnlyList<string> channels, IReadOnlyList<PublishedAnswer?>? answers) =>
        answers?.Count == channels.Count
            ? [.. channels.Zip(answers, OutcomeOf)]
            : throw ApiAttempt.NotOurs();

    /// <exception cref="HalleyException">What answered is no Halley.</exception>
    public static StreamPosition PositionOf(string? epoch, long? offset) =>
        StreamPosition.TryParse(
            string.Create(CultureInfo.InvariantCulture, $"{epoch}:{offset}"), out var position)
            ? position
            : throw ApiAttempt.NotOurs();

    private static PublishOutcome OutcomeOf(string channel, PublishedAnswer? answer) => answer switch
    {
        null => throw ApiAttempt.NotOurs(),
        { Error: { } error } => new PublishOutcome(
            channel, null, new HalleyError(error.Code ?? "", error.Message ?? "")),
        _ => new PublishOutcome(channel, ResultOf(answer), null),
    };

    private static long? SecondsOf(TimeSpan? ttl) =>
        ttl is not { } time ? null
        : time >= TimeSpan.FromSeconds(1) ? (long)time.TotalSeconds
        : throw new ArgumentOutOfRangeException(
            nameof(ttl), time, $"{nameof(PublishOptions.HistoryTtl)} is one second at least.");
}
