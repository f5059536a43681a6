using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Halley.Server.Configuration;

namespace Halley.Server.Workers;

/// <summary>What the operator chose, as it is handed down to a worker: whole, so that no option has to be thought of twice.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(HalleyOptions))]
internal sealed partial class WorkerOptions : JsonSerializerContext
{
    /// <param name="front">Where workers listen: with its port, where the operator left that to the system.</param>
    public static byte[] Write(HalleyOptions options, IPEndPoint front)
    {
        var copy = Read(JsonSerializer.SerializeToUtf8Bytes(options, Default.HalleyOptions));
        copy.Front.Listen = front.ToString();
        return JsonSerializer.SerializeToUtf8Bytes(copy, Default.HalleyOptions);
    }

    /// <exception cref="JsonException">These are no options.</exception>
    public static HalleyOptions Read(ReadOnlySpan<byte> utf8) => JsonSerializer.Deserialize(utf8, Default.HalleyOptions)!;
}
