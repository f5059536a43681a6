using System.Text.Json;
using System.Text.Json.Serialization;

namespace Halley.Client.Subscribing;

/// <summary>Reads what the server says to subscribers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WireEvent))]
internal sealed partial class WireJson : JsonSerializerContext
{
    /// <exception cref="JsonException">It is no object of ours: a proxy's page, perhaps.</exception>
    public static WireEvent Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Default.WireEvent) is { Type: not null } said
            ? said
            : throw new JsonException("An object without a type.");
}
