using System.Runtime.InteropServices;
using Halley.Server.Native;

namespace Halley.Server.Processes;

/// <summary>
/// The signals that ask us to end, as a task that completes: the program then ends by itself, tidily.
/// </summary>
internal sealed class Termination : IDisposable
{
    private readonly TaskCompletionSource<PosixSignal> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _askedAgain = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <param name="reload">What SIGHUP does instead of ending us: a server outlives its terminal.</param>
    /// <param name="reopen">
    /// What SIGUSR1 does, which nginx's operators send when they have moved the log away; left to the system where
    /// null.
    /// </param>
    public Termination(Action? reload = null, Action? reopen = null)
    {
        On(PosixSignal.SIGTERM, null);
        On(PosixSignal.SIGINT, null);
        On(PosixSignal.SIGQUIT, null);
        On(PosixSignal.SIGHUP, reload);
        if (reopen is not null)
        {
            On((PosixSignal)Libc.SIGUSR1, reopen);
        }
    }

    /// <summary>Completes with the signal that asked us to end.</summary>
    public Task<PosixSignal> Asked => _asked.Task;

    /// <summary>Completes with the second such signal: whoever sends it does not want to wait.</summary>
    public Task AskedAgain => _askedAgain.Task;

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    /// <param name="act">Null to end.</param>
    private void On(PosixSignal signal, Action? act) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (act is null)
            {
                if (!_asked.TrySetResult(signal))
                {
                    _askedAgain.TrySetResult();
                }
            }
            else
            {
                act();
            }
        }));
}
