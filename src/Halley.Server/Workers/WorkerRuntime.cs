namespace Halley.Server.Workers;

/// <summary>
/// The settings of a worker's runtime: there may be dozens on a machine, so each is to be small rather than quick to
/// collect.
/// </summary>
internal static class WorkerRuntime
{
    public static readonly IReadOnlyList<(string Name, string Value)> Settings =
    [
        // No thread, and no memory, for collecting beside the work: a worker's heap is small, and what lives in it
        // lives long.
        ("DOTNET_gcConcurrent", "0"),

        // 4 MB, in hexadecimal. The default follows the processor's cache, which all workers share.
        ("DOTNET_GCgen0size", "400000"),
    ];
}
