using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Halley.Server.Native;
using Microsoft.Win32.SafeHandles;

namespace Halley.Server.Processes;

/// <summary>
/// The file that says which process serves: a decimal pid, as iComet writes it, in a file that this process keeps
/// locked.
/// </summary>
internal sealed class Pidfile(string path, IProcesses processes)
{
    /// <summary>The name a Halley process shows.</summary>
    private const string Program = "halley";

    /// <summary>
    /// Of two servers that start at once, one is the first; more than a few turns need somebody who does it on purpose.
    /// </summary>
    private const int MaxAttempts = 5;

    private const int Mode = 0b110_100_100;

    private SafeFileHandle? _held;

    public string Path => path;

    /// <summary>Whether anything is there: a link that leads nowhere too.</summary>
    public bool Exists => FileIdentity.Of(path, follow: false) is not null;

    /// <summary>Writes our pid, whole or not at all, and only where no file is.</summary>
    /// <param name="say">Told of a stale file that is replaced.</param>
    /// <exception cref="PidfileException">Somebody else serves, or the file cannot be written.</exception>
    public void Acquire(Action<string> say)
    {
        try
        {
            OwnDirectory.MakeFor(path);
            for (var attempt = 1; ; attempt++)
            {
                RemoveStale(say);
                if (TryWrite() || attempt == MaxAttempts)
                {
                    break;
                }
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new PidfileException($"the pidfile {path} cannot be written: {refused.Message}");
        }

        if (_held is null)
        {
            throw new PidfileException($"the pidfile {path} cannot be written: somebody else writes it over and over");
        }
    }

    /// <summary>The process that serves, if it may be signalled.</summary>
    /// <returns>Null where the file is stale, or gone.</returns>
    /// <exception cref="PidfileException">No pid, or the pid of a process that is not ours to signal.</exception>
    public int? FindServer()
    {
        using var content = PidfileContent.Open(path);
        return content is null ? null : ServerOf(content);
    }

    /// <summary>Removes the file if it is ours: another server may have taken it over.</summary>
    public void Release()
    {
        if (_held is null)
        {
            return;
        }

        try
        {
            using var content = PidfileContent.Open(path);
            if (content?.Pid == processes.Own && FileIdentity.Of(path, follow: false) == FileIdentity.Of(_held))
            {
                Remove();
            }
        }
        catch (PidfileException)
        {
            // What we did not write we do not remove.
        }

        _held.Dispose();
        _held = null;
    }

    /// <summary>Removes the file where no server holds it.</summary>
    /// <exception cref="PidfileException">It cannot be removed.</exception>
    public void RemoveIfStale()
    {
        using var content = PidfileContent.Open(path);
        if (content is not null && ServerOf(content) is null && content.IsInPlace)
        {
            Remove();
        }
    }

    /// <summary>Refuses where a living process holds the file; removes a stale one.</summary>
    /// <exception cref="PidfileException">Somebody else serves, or the file holds no pid.</exception>
    private void RemoveStale(Action<string> say)
    {
        using var content = PidfileContent.Open(path);
        if (content is null)
        {
            return;
        }

        var (pid, hold) = (content.Pid, content.Hold);

        // In a container every first process is 1, and so was the one that crashed.
        var isOwn = pid == processes.Own;
        var isAlive = pid > 0 && !isOwn && processes.IsAlive(pid);
        var program = isAlive ? processes.ProgramOf(pid) : null;
        if (hold == PidfileHold.Held || (isAlive && hold == PidfileHold.Unknown && program == Program))
        {
            throw new PidfileException(isAlive && program == Program
                ? $"already running as process {pid}, says the pidfile {path}; stop it first, with -s stop"
                : $"the pidfile {path} is held by a server that cannot be seen from here; is it in another container?");
        }

        // A server of ours would hold the file: another that happens to have its number is none of this one's. Of other
        // programs, such as iComet, we cannot know.
        if (isAlive && program != Program)
        {
            throw new PidfileException(
                $"the pidfile {path} names process {pid}{Called(program)}, which is alive; "
                    + "if that is no server of yours, remove the file");
        }

        if (!isOwn)
        {
            say($"the pidfile {path} is stale: no server runs as process {pid}; starting");
        }

        // Our lock keeps others from taking it for stale too; where one did before, another file is in its place by
        // now.
        if (content.IsInPlace)
        {
            Remove();
        }
    }

    /// <summary>Makes a draft under a name that nobody can foresee, locks it, and puts it in place.</summary>
    /// <returns>False where somebody else was quicker.</returns>
    private bool TryWrite()
    {
        var draft = $"{path}.{System.IO.Path.GetRandomFileName()}";
        var descriptor = Libc.Open(
            draft, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, Mode);
        if (descriptor < 0)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            // Shared, since programs in .NET could not read it otherwise; it is asked for by trying to lock it alone.
            _ = Libc.Lock(descriptor, Libc.LOCK_SH | Libc.LOCK_NB);
            RandomAccess.Write(file, Encoding.ASCII.GetBytes(processes.Own.ToString(CultureInfo.InvariantCulture)), 0);
            File.Move(draft, path, overwrite: false);
            _held = file;
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            File.Delete(draft);
            file.Dispose();
            if (Exists)
            {
                return false;
            }

            throw;
        }
    }

    private int? ServerOf(PidfileContent content)
    {
        var pid = content.Pid;

        // To signal 0 is to signal everybody in our process group, below that whole groups, and 1 is the machine
        // itself.
        if (pid <= 1)
        {
            throw new PidfileException(
                $"the pidfile {path} names process {pid}, which is never signalled; look what serves, "
                    + "and remove the file");
        }

        if (!processes.IsAlive(pid))
        {
            return content.Hold != PidfileHold.Held
                ? null
                : throw new PidfileException(
                    $"the pidfile {path} is held by a server that cannot be seen from here; "
                        + "stop it in the container that it runs in");
        }

        var program = processes.ProgramOf(pid);
        if (program != Program)
        {
            throw new PidfileException(
                $"the pidfile {path} names process {pid}{Called(program)}, "
                    + $"which is not {Program} and is not signalled; if the file is stale, remove it");
        }

        // Another Halley that happens to have the number of one that ended without a word.
        return content.Hold == PidfileHold.Free ? null : pid;
    }

    /// <exception cref="PidfileException">It cannot be removed.</exception>
    private void Remove()
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

    private static string Called(string? program) => program is null ? "" : $" ({program})";
}
