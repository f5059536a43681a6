namespace Halley.Server.Processes;

/// <summary>
/// A server started earlier, known by its pidfile: what <c>-s stop</c> and <c>-s restart</c> talk to.
/// </summary>
/// <param name="drain">The time that the server may take to end its connections.</param>
internal sealed class RunningServer(Pidfile pidfile, IProcesses processes, TimeProvider time, TimeSpan drain)
{
    /// <summary>
    /// Beyond that time, a server ends within a second; ten times that is for a machine that swaps. Long enough, and a
    /// script is not held for ever.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>There is no event for the end of a process that is not our child; it is asked for this often.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Ends the server and returns when it has ended. A stale pidfile is removed.</summary>
    /// <param name="say">Told what is found and done.</param>
    /// <exception cref="PidfileException">No pidfile, not ours to signal, or it does not end.</exception>
    public async Task Stop(Action<string> say, CancellationToken cancellation)
    {
        if (!pidfile.Exists)
        {
            throw new PidfileException($"there is no pidfile {pidfile.Path}, so no server is known to run");
        }

        if (pidfile.FindServer() is not { } pid)
        {
            say($"the pidfile {pidfile.Path} is stale: its process does not run; removing it");
            pidfile.RemoveIfStale();
            return;
        }

        if (!processes.Terminate(pid) && processes.IsAlive(pid))
        {
            throw new PidfileException($"process {pid} may not be signalled by this user; try as the user it runs as");
        }

        await WaitForEnd(pid, cancellation);
        say($"process {pid} has ended");
        pidfile.RemoveIfStale();
    }

    /// <summary>Has the server read its configuration again; what becomes of that is in its log.</summary>
    /// <param name="say">Told what is done.</param>
    /// <exception cref="PidfileException">No server is known to run, or it is not ours to signal.</exception>
    public void Reload(Action<string> say)
    {
        if (pidfile.FindServer() is not { } pid)
        {
            throw new PidfileException($"no server is known to run by the pidfile {pidfile.Path}");
        }

        if (!processes.Reload(pid))
        {
            throw new PidfileException($"process {pid} may not be signalled by this user; try as the user it runs as");
        }

        say($"process {pid} reads its configuration again; its log says what came of that");
    }

    private async Task WaitForEnd(int pid, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var patience = Patience + drain;
        while (processes.IsAlive(pid))
        {
            if (time.GetElapsedTime(start) >= patience)
            {
                throw new PidfileException(
                    $"process {pid} was asked to end and still runs after {patience.TotalSeconds} s; look at its log, "
                        + $"and end it with kill -9 {pid}");
            }

            await Task.Delay(AskEvery, time, cancellation);
        }
    }
}
