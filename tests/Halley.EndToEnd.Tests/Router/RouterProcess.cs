using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Router;

/// <summary>A router running before servers that run too.</summary>
internal sealed class RouterProcess : IAsyncDisposable
{
    private readonly ReservedPort _port = new();
    private readonly string[] _arguments;
    private ServerProcess? _process;

    /// <param name="servers">They are called a, b, c in their order.</param>
    public RouterProcess(params ICometServer[] servers)
        : this([.. servers.SelectMany(
            (server, i) => new[] { "--server", $"{(char)('a' + i)} http://{server.Admin} http://{server.Front}" })])
    {
    }

    /// <param name="arguments">The file or the options that name its servers.</param>
    public RouterProcess(params string[] arguments) => _arguments =
    [
        "router",
        .. arguments,
        "--listen",
        $"{_port.OnLoopback}",
        "--set",
        "router.check_interval=300",
        "--set",
        "router.presence_interval=4",
    ];

    /// <summary>Starts it, and returns when it knows of all servers that are there.</summary>
    public async Task StartAsync(int servers)
    {
        _process = ServerProcess.Start(Path.GetTempPath(), _arguments);
        await _process.UntilListeningAsync(_port.OnLoopback);
        await UntilAsync("/routes?limit=0", body => Count(body, "\"state\":\"up\",\"followed\":true") == servers);
    }

    /// <summary>Waits until it has said or logged something.</summary>
    public async Task UntilSaidAsync(string text)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(patience.IsCancellationRequested, $"{text} is not said: {Output}");
            await Task.Delay(20);
        }
    }

    /// <summary>What it has said and logged so far.</summary>
    public string Output => _process!.Output;

    /// <summary>Has it read its file again.</summary>
    public void HangUp() => _process!.Signal(PosixSignal.SIGHUP);

    /// <summary>Ends it as a crash does.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public async Task<(int Status, string Body)> AskAsync(string target)
    {
        using var client = await RawHttpClient.ConnectAsync(_port.OnLoopback);
        await client.GetAsync(target);
        var answer = await client.ReadResponseAsync();
        return (answer.Status, await answer.ReadBodyAsync());
    }

    /// <summary>Signs a channel.</summary>
    /// <returns>Where its subscriber has to go.</returns>
    public async Task<IPEndPoint> SignAsync(string channel)
    {
        var (status, body) = await AskAsync($"/sign?cname={channel}");
        Assert.Equal(200, status);
        return IPEndPoint.Parse(
            JsonDocument.Parse(body).RootElement.GetProperty("sub_url").GetString()!["http://".Length..]);
    }

    /// <summary>Asks until the answer is so.</summary>
    public async Task UntilAsync(string target, Func<string, bool> isSo)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (true)
        {
            var (_, body) = await AskAsync(target);
            if (isSo(body))
            {
                return;
            }

            Assert.False(patience.IsCancellationRequested, $"{target} stays {body}");
            await Task.Delay(20);
        }
    }

    public static int Count(string text, string part) =>
        (text.Length - text.Replace(part, "", StringComparison.Ordinal).Length) / part.Length;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _port.Dispose();
    }
}
