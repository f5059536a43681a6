namespace Halley.Server.Processes;

/// <summary>The other processes of this machine, as far as a pidfile can name them.</summary>
internal interface IProcesses
{
    /// <summary>This process.</summary>
    int Own { get; }

    /// <summary>Whether it runs; one that has ended and was not yet waited for (a zombie) does not.</summary>
    bool IsAlive(int pid);

    /// <summary>The program it runs; null where that cannot be seen.</summary>
    string? ProgramOf(int pid);

    /// <summary>The words of its command line, without the program's own; none where they cannot be seen.</summary>
    IReadOnlyList<string> ArgumentsOf(int pid);

    /// <summary>
    /// Whether it was started with an environment variable of this name; false where that cannot be seen.
    /// </summary>
    bool HasVariable(int pid, string name);

    /// <summary>Asks it to end (SIGTERM).</summary>
    /// <returns>Whether we may ask.</returns>
    bool Terminate(int pid);

    /// <summary>Asks it to read its configuration again (SIGHUP).</summary>
    /// <returns>Whether we may ask.</returns>
    bool Reload(int pid);
}
