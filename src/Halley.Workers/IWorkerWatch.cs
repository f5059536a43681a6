namespace Halley.Workers;

/// <summary>What the main process does about a worker, beside serving it channels. Called on the link's dispatcher; must not block or throw.</summary>
public interface IWorkerWatch
{
    /// <summary>It listens.</summary>
    void OnReady();

    /// <summary>A line for the log.</summary>
    /// <param name="level">As Microsoft.Extensions.Logging counts them.</param>
    void OnLog(int level, string source, string line);

    /// <summary>The worker has sent nothing within its timeout: it stands still and must be ended.</summary>
    void OnSilent();

    /// <summary>Its link has ended, and so will it. Why it cannot serve, where it said so.</summary>
    void OnEnded(string reason);
}
