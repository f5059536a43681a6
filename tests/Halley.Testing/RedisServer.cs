using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Halley.Testing;

/// <summary>A redis-server of its own, on a port of its own, with its files in a directory of its own.</summary>
public sealed class RedisServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _directory = Directory.CreateTempSubdirectory("halley-redis").FullName;
    private readonly string[] _settings;
    private readonly string? _sentinel;
    private Process? _process;

    /// <param name="settings">Beside the port, as on redis-server's command line.</param>
    public RedisServer(params string[] settings)
        : this(sentinel: null, settings)
    {
    }

    private RedisServer(string? sentinel, string[] settings)
    {
        _sentinel = sentinel;
        _settings = settings;
        using (var port = new TcpListener(IPAddress.Loopback, 0))
        {
            port.Start();
            Port = ((IPEndPoint)port.LocalEndpoint).Port;
        }

        Start();
    }

    public int Port { get; }

    public bool IsRunning => _process is not null;

    /// <summary>Whether it is a replica that has what its primary has, or nearly.</summary>
    public bool IsFollowing => Ask("INFO", "replication").Contains("master_link_status:up", StringComparison.Ordinal);

    /// <summary>How many bytes of writes it has made, or taken over from its primary.</summary>
    public long WrittenBytes => NumberBehind("master_repl_offset:", Ask("INFO", "replication"));

    /// <summary>Whether its first replica has confirmed all that it has written.</summary>
    public bool IsReplicated
    {
        get
        {
            var said = Ask("INFO", "replication");
            return said.Contains("slave0:", StringComparison.Ordinal)
                && NumberBehind("offset=", said) >= NumberBehind("master_repl_offset:", said);
        }
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>A Sentinel, which is the same program.</summary>
    /// <param name="configuration">What it watches; lines of sentinel.conf.</param>
    public static RedisServer Sentinel(string configuration) => new(configuration, []);

    /// <summary>Starts it again; with what it has on disk, if it keeps anything there.</summary>
    public void Start()
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true };
        string[] place =
            ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _directory];
        foreach (var argument in _sentinel is null
            ? [.. place, "--daemonize", "no", "--save", "", .. _settings]
            : (string[])[WriteSentinel(), "--sentinel", .. place])
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        var isReady = new TaskCompletionSource<bool>();
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null
                || line.Data.Contains("Ready to accept connections", StringComparison.Ordinal)
                || line.Data.Contains("+monitor", StringComparison.Ordinal))
            {
                isReady.TrySetResult(line.Data is not null);
            }
        };
        _process.BeginOutputReadLine();
        if (!isReady.Task.Wait(Patience) || !isReady.Task.Result)
        {
            throw new InvalidOperationException("redis-server does not come up");
        }
    }

    /// <summary>Ends it as a crash does.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Removes what it has on disk, while it does not run.</summary>
    public void Forget()
    {
        foreach (var kept in Directory.GetDirectories(_directory))
        {
            Directory.Delete(kept, recursive: true);
        }

        // What it had from its primary when it was a replica.
        File.Delete(Path.Combine(_directory, "dump.rdb"));
    }

    /// <summary>Asks it something, as redis-cli would, and gives the answer as it came.</summary>
    public string Ask(params string[] command)
    {
        using var client = new TcpClient("127.0.0.1", Port);
        var stream = client.GetStream();
        var request = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"*{command.Length}\r\n"));
        foreach (var part in command)
        {
            request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        }

        stream.Write(Encoding.UTF8.GetBytes(request.ToString()));
        var answer = new byte[64 * 1024];
        return Encoding.UTF8.GetString(answer, 0, stream.Read(answer));
    }

    // It writes down there what it finds out.
    private string WriteSentinel()
    {
        var path = Path.Combine(_directory, "sentinel.conf");
        File.WriteAllText(path, _sentinel + "\n");
        return path;
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            Kill();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private static long NumberBehind(string word, string said) => long.Parse(
        said.Split(word)[1].Split('\r', ',')[0], CultureInfo.InvariantCulture);
}
