using System.Text;

namespace Halley.Client.Api;

/// <summary>Reads the API's answers about messages that are kept.</summary>
internal static class Histories
{
    /// <exception cref="HalleyException">What answered is no Halley.</exception>
    public static ChannelHistory Of(HistoryAnswer answer) => new(
        Publications.PositionOf(answer.Epoch, answer.Offset),
        answer.Recovered,
        [
            .. (answer.Publications ?? throw ApiAttempt.NotOurs())
                .Select(message => MessageOf(answer.Epoch, message ?? throw ApiAttempt.NotOurs())),
        ]);

    private static HistoryMessage MessageOf(string? epoch, StoredAnswer message) => new(
        Publications.PositionOf(epoch, message.Offset),
        message.Time is >= 0 and < 253_402_300_800 // the year 10,000
            ? DateTimeOffset.FromUnixTimeSeconds(message.Time)
            : throw ApiAttempt.NotOurs(),
        message.Base64Data ?? Encoding.UTF8.GetBytes(message.Data ?? ""),
        message.Base64Data is null ? message.Data ?? "" : null,
        message.Event,
        message.Id,
        message.ContentType);
}
