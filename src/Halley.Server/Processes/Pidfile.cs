using System.Globalization;

namespace Halley.Server.Processes;

/// <summary>The file that says which process serves: a decimal pid, as iComet writes it. Nothing it holds is believed unseen.</summary>
internal sealed class Pidfile(string path, IProcesses processes)
{
    /// <summary>The name a Halley process shows.</summary>
    private const string Program = "halley";

    public string Path => path;

    public bool Exists => File.Exists(path);

    /// <summary>Writes our pid, whole or not at all, and only where no file is.</summary>
    /// <param name="say">Told of a stale file that is replaced.</param>
    /// <exception cref="PidfileException">Somebody else serves, or the file cannot be written.</exception>
    public void Acquire(Action<string> say)
    {
        DemandNobodyServes(say);
        var draft = string.Create(CultureInfo.InvariantCulture, $"{path}.{processes.Own}");
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            File.WriteAllText(draft, processes.Own.ToString(CultureInfo.InvariantCulture));
            File.Move(draft, path, overwrite: false);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(draft))
            {
                File.Delete(draft);
            }

            throw new PidfileException($"the pidfile {path} cannot be written: {refused.Message}");
        }
    }

    /// <summary>Refuses where a living process holds the file; removes a stale one. A look without a promise: <see cref="Acquire"/> decides.</summary>
    /// <exception cref="PidfileException">Somebody else serves, or the file holds no pid.</exception>
    public void DemandNobodyServes(Action<string> say)
    {
        if (!Exists)
        {
            return;
        }

        var pid = Read();
        if (pid == processes.Own)
        {
            // In a container every first process is 1, and so was the one that crashed.
            Remove();
            return;
        }

        if (pid <= 0 || !processes.IsAlive(pid))
        {
            say($"the pidfile {path} is stale: no process {pid} runs; starting");
            Remove();
            return;
        }

        var program = processes.ProgramOf(pid);
        throw new PidfileException(program == Program
            ? $"already running as process {pid}, says the pidfile {path}; stop it first, with -s stop"
            : $"the pidfile {path} names process {pid}{Called(program)}, which is alive; if that is no server of yours, remove the file");
    }

    /// <summary>The process that serves, if it may be signalled.</summary>
    /// <returns>Null where the file is stale.</returns>
    /// <exception cref="PidfileException">No pid, or the pid of a process that is not ours to signal.</exception>
    public int? FindServer()
    {
        var pid = Read();

        // To signal 0 is to signal everybody in our process group, below that whole groups, and 1 is the machine itself.
        if (pid <= 1)
        {
            throw new PidfileException($"the pidfile {path} names process {pid}, which is never signalled; look what serves, and remove the file");
        }

        if (!processes.IsAlive(pid))
        {
            return null;
        }

        var program = processes.ProgramOf(pid);
        return program == Program
            ? pid
            : throw new PidfileException($"the pidfile {path} names process {pid}{Called(program)}, which is not {Program} and is not signalled; if the file is stale, remove it");
    }

    /// <summary>Removes the file if it is ours: another server may have taken it over.</summary>
    public void Release()
    {
        try
        {
            if (Exists && Read() == processes.Own)
            {
                Remove();
            }
        }
        catch (PidfileException)
        {
            // What we did not write we do not remove.
        }
    }

    /// <exception cref="PidfileException">It cannot be removed.</exception>
    public void Remove()
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new PidfileException($"the pidfile {path} cannot be removed: {refused.Message}");
        }
    }

    private int Read()
    {
        string text;
        try
        {
            text = File.ReadAllText(path).Trim();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new PidfileException($"the pidfile {path} cannot be read: {unreadable.Message}");
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? pid
            : throw new PidfileException($"the pidfile {path} holds no process id; look what serves, and remove the file");
    }

    private static string Called(string? program) => program is null ? "" : $" ({program})";
}
