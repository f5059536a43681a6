namespace Halley.Workers;

/// <summary>
/// The main process's care for a worker, beside serving it channels. Called on the link's dispatcher; must not block or
/// throw.
/// </summary>
public interface IWorkerWatch
{
    /// <summary>The worker's number, which the next one in its place has, too. Any thread.</summary>
    int Number { get; }

    /// <summary>Is called when the worker listens.</summary>
    void OnReady();

    /// <summary>Logs a line of the worker.</summary>
    /// <param name="level">As Microsoft.Extensions.Logging counts them.</param>
    /// <param name="fields">What the line is made of, by name.</param>
    void OnLog(int level, string source, string line, IReadOnlyList<KeyValuePair<string, string>> fields);

    /// <summary>
    /// Is called when the worker has sent nothing within its timeout: it stands still, and must be ended.
    /// </summary>
    void OnSilent();

    /// <summary>
    /// Is called when its link has ended, as it will itself. The reason is the worker's own, where it gave one.
    /// </summary>
    void OnEnded(string reason);
}
