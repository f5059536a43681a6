using System.Text.Json.Serialization;

namespace Halley.Client.Api;

/// <summary>The JSON of requests to the HTTP API and of its answers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PublishWords))]
[JsonSerializable(typeof(BatchWords))]
[JsonSerializable(typeof(HistoryWords))]
[JsonSerializable(typeof(ChannelWords))]
[JsonSerializable(typeof(NoWords))]
[JsonSerializable(typeof(PublishedAnswer))]
[JsonSerializable(typeof(BroadcastAnswer))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(HistoryAnswer))]
[JsonSerializable(typeof(ChannelAnswer))]
[JsonSerializable(typeof(InfoAnswer))]
[JsonSerializable(typeof(RefusedAnswer))]
internal sealed partial class ApiJson : JsonSerializerContext;
