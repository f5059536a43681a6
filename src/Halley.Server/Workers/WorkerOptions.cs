using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Halley.Server.Configuration;

namespace Halley.Server.Workers;

/// <summary>
/// The operator's choices, as they are handed down to a worker: whole, so that no option has to be thought of twice.
/// </summary>
/// <param name="Dialects">What the tables of dialects have of it.</param>
/// <param name="File">Where the namespaces stand; null where there are none.</param>
/// <param name="ListenersFile">Where the listeners stand; null where there are none.</param>
/// <param name="Front">
/// Where workers listen for subscribers of iComet's protocol, with the port where the operator left that to the system;
/// null for nowhere.
/// </param>
/// <param name="Listeners">The same of the operator's own listeners, in the order of the file.</param>
internal sealed record WorkerOptions(
    HalleyOptions Options,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Dialects,
    ConfigurationFile? File,
    ConfigurationFile? ListenersFile,
    string? Front,
    IReadOnlyList<string> Listeners)
{
    public static byte[] Write(
        HalleyOptions options,
        IPEndPoint? front,
        IEnumerable<IPEndPoint> listeners) => JsonSerializer.SerializeToUtf8Bytes(
        new WorkerOptions(
            options,
            DialectKeys.Write(options),
            options.GetFile(),
            options.GetListenersFile(),
            front?.ToString(),
            [.. listeners.Select(listener => listener.ToString())]),
        WorkerOptionsJson.Default.WorkerOptions);

    /// <exception cref="JsonException">These are no options.</exception>
    public static WorkerOptions Read(ReadOnlySpan<byte> utf8)
    {
        var read = JsonSerializer.Deserialize(utf8, WorkerOptionsJson.Default.WorkerOptions)!;
        DialectKeys.Read(read.Dialects, read.Options);
        HalleyConfiguration.ReadLists(read.Options, read.File, read.ListenersFile);

        return read;
    }
}

[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(WorkerOptions))]
internal sealed partial class WorkerOptionsJson : JsonSerializerContext;
