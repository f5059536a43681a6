using System.Runtime.InteropServices;

namespace Halley.Server.Processes;

/// <summary>The signals that ask us to end, as a task that completes: the program then ends by itself, tidily.</summary>
internal sealed class Termination : IDisposable
{
    private readonly TaskCompletionSource<PosixSignal> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="hangUp">What SIGHUP does instead of ending us: a server outlives its terminal, and is told so when its log file was moved away.</param>
    public Termination(Action? hangUp = null)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, End),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, End),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, hangUp is null ? End : signal =>
            {
                signal.Cancel = true;
                hangUp();
            }),
        ];
    }

    /// <summary>Completes with the signal that asked us to end.</summary>
    public Task<PosixSignal> Asked => _asked.Task;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _asked.TrySetResult(signal.Signal);
    }
}
