using System.ComponentModel;
using System.Diagnostics;

namespace WebIm.Comet;

/// <summary>
/// Halley as a child: started with the messenger, started again when it dies, ended with the messenger, even if that is
/// killed. A thread of its own stays with it, because the kernel's promise (PR_SET_PDEATHSIG, by setpriv) is that the
/// child ends with the thread that started it.
/// </summary>
public sealed class HalleyProcess(MessengerOptions options, ILogger<HalleyProcess> logger) : IHostedService, IDisposable
{
    // What a port that is taken, or a broken installation, costs at most: one try a second.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ManualResetEventSlim _stopping = new();
    private readonly Lock _gate = new();
    private Thread? _thread;
    private Process? _process;

    /// <summary>
    /// The program that was built with this messenger: artifacts/bin/WebIm/release and
    /// artifacts/bin/Halley.Server/release are neighbours.
    /// </summary>
    private static string Built
    {
        get
        {
            var here = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(here.Parent!.Parent!.FullName, "Halley.Server", here.Name, "halley.dll");
        }
    }

    /// <exception cref="FileNotFoundException">There is no Halley to start.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Halley.Running)
        {
            var program = options.Halley.Program is { Length: > 0 } given ? given : Built;
            if (!File.Exists(program))
            {
                throw new FileNotFoundException(
                    $"There is no Halley at {program}. Build it (dotnet build -c Release src/Halley.Server), "
                        + "or say where it is: --halley:program PATH.");
            }

            _thread = new Thread(() => Run(program)) { IsBackground = true, Name = "halley" };
            _thread.Start();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _stopping.Set();
            _process?.Kill();
        }

        _thread?.Join(TimeSpan.FromSeconds(5));
        return Task.CompletedTask;
    }

    public void Dispose() => _stopping.Dispose();

    private void Run(string program)
    {
        while (!_stopping.IsSet)
        {
            try
            {
                using var process = Start(program);
                process?.WaitForExit();
                lock (_gate)
                {
                    _process = null;
                }

                // Ctrl+C reaches both of us: then it is not started again.
                if (!_stopping.Wait(Pause))
                {
                    logger.HalleyEnded(process!.ExitCode);
                }
            }
            catch (Win32Exception e)
            {
                logger.HalleyNotStarted(e);
                _stopping.Wait(Pause);
            }
        }
    }

    private Process? Start(string program)
    {
        // Nobody subscribes without the token that /sign gave to the messenger.
        string[] arguments =
        [
            "--pdeathsig", "KILL", "--",
            .. program.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", program] : (string[])[program],
            "--front", options.Halley.Front, "--admin", options.Halley.Admin,
            "--set", "front.auth=token",
            "--set", "front.channel_buffer_size=100",
            "--set", $"front.channel_timeout={(int)options.Halley.ChannelTimeout.TotalSeconds}",
            "--set", "logger.level=warn",
            "--set", "logger.output=stderr",
        ];
        lock (_gate)
        {
            if (_stopping.IsSet)
            {
                return null;
            }

            _process = Process.Start(new ProcessStartInfo("setpriv", arguments) { RedirectStandardOutput = true })!;
            // What it says there greets who starts it by hand; its log goes to our standard error.
            _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            return _process;
        }
    }
}
