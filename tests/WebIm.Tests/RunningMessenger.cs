using System.Diagnostics;
using System.Globalization;
using System.Net;
using Halley.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace WebIm.Tests;

/// <summary>The messenger itself, in this process, on a port of its own, with a database of its own.</summary>
internal sealed class RunningMessenger : IAsyncDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("webim-").FullName;
    private readonly ReservedPort _front = new();
    private readonly ReservedPort _admin = new();
    private WebApplication? _app;

    public Uri Address => new(_app!.Urls.Single());

    public string DatabaseFile => Path.Combine(_data, "webim.db");

    /// <summary>The arguments that start it, as a process too.</summary>
    public IEnumerable<string> Arguments =>
    [
        "--listen", "http://127.0.0.1:0", "--data", _data, "--signInsPerMinute", "1000",
        "--halley:front", _front.OnLoopback.ToString(), "--halley:admin", _admin.OnLoopback.ToString(),
        "--halley:channelTimeout", "00:00:01",
    ];

    public IPEndPoint HalleyAdmin => _admin.OnLoopback;

    /// <summary>With Halley as its child.</summary>
    public static Task<RunningMessenger> WithHalley(params string[] more) => Start(TimeProvider.System, more);

    public static Task<RunningMessenger> WithHalley(TimeProvider time) => Start(time, []);

    /// <summary>Told that a Halley runs where there is none.</summary>
    public static Task<RunningMessenger> WithoutHalley(params string[] more) =>
        Start(TimeProvider.System, ["--halley:running", "true", .. more]);

    public static Task<RunningMessenger> WithoutHalley(TimeProvider time) => Start(time, ["--halley:running", "true"]);

    /// <summary>A browser at this messenger, with nobody signed in.</summary>
    public Person Stranger() => new(Address);

    public async Task<Person> Newcomer(string name)
    {
        var person = Stranger();
        await person.Register(name);
        return person;
    }

    /// <summary>As a power cut does it.</summary>
    public void KillHalley()
    {
        foreach (var id in Directory.GetDirectories("/proc").Select(Path.GetFileName))
        {
            if (int.TryParse(id, CultureInfo.InvariantCulture, out var number)
                && Said($"/proc/{id}/status").Contains($"PPid:\t{Environment.ProcessId}\n", StringComparison.Ordinal)
                && Said($"/proc/{id}/cmdline").Contains(HalleyAdmin.ToString(), StringComparison.Ordinal))
            {
                using var process = Process.GetProcessById(number);
                process.Kill();
            }
        }
    }

    // Any process may end while it is looked at.
    private static string Said(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _front.Dispose();
        _admin.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static async Task<RunningMessenger> Start(TimeProvider time, string[] more)
    {
        var running = new RunningMessenger();
        running._app = Messenger.Build([.. running.Arguments, .. more], services => services.AddSingleton(time));
        await running._app.StartAsync();
        return running;
    }
}
