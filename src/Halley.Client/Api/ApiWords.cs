using System.Text.Json.Serialization;

namespace Halley.Client.Api;

/// <summary>A message as the HTTP API takes it.</summary>
internal sealed record PublishWords
{
    public string? Channel { get; init; }

    /// <summary>In a broadcast, in place of one channel.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    public string? Data { get; init; }

    [JsonPropertyName("b64data")]
    public ReadOnlyMemory<byte>? Base64Data { get; init; }

    public string? Event { get; init; }

    public string? Id { get; init; }

    public string? ContentType { get; init; }

    public int? HistorySize { get; init; }

    public long? HistoryTtl { get; init; }

    public string? IdempotencyKey { get; init; }
}

internal sealed record BatchWords(IReadOnlyList<CommandWords> Commands);

internal sealed record CommandWords(PublishWords Publish);

internal sealed record HistoryWords(string Channel, PlaceWords? Since, int Limit, bool Reverse);

internal sealed record PlaceWords(string Epoch, long Offset);

internal sealed record ChannelWords(string Channel);

internal sealed record NoWords;
