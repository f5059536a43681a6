using System.Runtime.InteropServices;

namespace Halley.Server.Processes;

/// <summary>SIGTERM and SIGINT as a task that completes: the program then ends by itself, tidily. SIGHUP is given to whoever wants it.</summary>
internal sealed class Termination : IDisposable
{
    private readonly TaskCompletionSource<PosixSignal> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="hangUp">What SIGHUP does: a terminal was closed, or a log file was moved away. It ends nothing.</param>
    public Termination(Action hangUp)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, End),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, End),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
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
