using System.Text.Json.Serialization;

namespace Halley.Client.Api;

/// <summary>The position of a message; or, in the answer to several, the error that it was refused with.</summary>
internal sealed record PublishedAnswer(string? Epoch, long? Offset, bool Repeated, ErrorWords? Error);

internal sealed record BroadcastAnswer(IReadOnlyList<PublishedAnswer?>? Results);

internal sealed record BatchAnswer(IReadOnlyList<PublishedAnswer?>? Replies);

internal sealed record HistoryAnswer(
    string? Epoch, long? Offset, bool? Recovered, IReadOnlyList<StoredAnswer?>? Publications);

internal sealed record StoredAnswer(
    long Offset,
    long Time,
    string? Data,
    [property: JsonPropertyName("b64data")] byte[]? Base64Data,
    string? Event,
    string? Id,
    string? ContentType);

internal sealed record ChannelAnswer(long Subscribers, long Stored, string? Epoch, long? Offset);

internal sealed record InfoAnswer(
    string? Version, long Channels, long Subscriptions, long Subscribers, long Published, long Stored);

internal sealed record RefusedAnswer(ErrorWords? Error);

internal sealed record ErrorWords(string? Code, string? Message);
