namespace Halley.Protocol.Dialects.Api;

/// <summary>
/// The questions that the API asks servers in surveys and that only their host can answer; each answer is one JSON
/// object.
/// </summary>
public static class ServerQuestions
{
    /// <summary>
    /// All instruments of a process: by name a list of samples, each with <c>tags</c> and a <c>value</c>.
    /// </summary>
    public const string Metrics = "metrics";

    /// <summary>
    /// Asks for the configuration, of a server and not of its workers: <c>server</c>, and <c>settings</c>, each with
    /// <c>key</c>, <c>value</c> and <c>origin</c>.
    /// </summary>
    public const string Configuration = "configuration";
}
