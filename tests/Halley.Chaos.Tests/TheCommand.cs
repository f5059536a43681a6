using System.Net;
using System.Text;
using System.Text.Json;
using Halley.Testing;

namespace Halley.Chaos.Tests;

/// <summary>halley chaos, as its users run it.</summary>
public sealed class TheCommand
{
    [Fact]
    public async Task A_server_of_its_own_keeps_its_promise_under_faults()
    {
        var (status, output, errors) = await RunAsync(
            "--on", "memory", "--faults", "8", "--channels", "3", "--subscribers", "42", "--seed", "7", "--json");

        Assert.True(status == 0, output + errors);
        using var report = JsonDocument.Parse(output);
        var root = report.RootElement;
        Assert.Equal("memory", root.GetProperty("server").GetString());
        Assert.InRange(root.GetProperty("faults").EnumerateObject().Sum(static one => one.Value.GetInt32()), 8, 8);
        Assert.InRange(root.GetProperty("delivered").GetInt64(), 1, long.MaxValue);
        Assert.All(
            ["repeated", "out_of_order", "lost_untold"],
            name => Assert.Equal(0, root.GetProperty(name).GetInt64()));
    }

    [Fact]
    public async Task A_server_that_runs_is_asked_in_Centrifugos_protocol_by_its_paths()
    {
        await using var server = await JsonServer.StartAsync(
            """
            { "location": "/ws/", "kind": "centrifugo" }, { "location": "= /emulation", "kind": "centrifugo" },
            { "location": "/server/api", "kind": "centrifugo-api", "allow": ["127.0.0.1"] }
            """);

        var (status, output, errors) = await RunAsync(
            "--server", "centrifugo", "--front", $"{server.Own}", "--subscribe", "/ws/", "--publish",
            "/server/api/publish", "--faults", "3", "--only", "reset,half-open,cut", "--channels", "2",
            "--subscribers", "8", "--publishers", "2", "--json");

        Assert.True(status == 0, output + errors);
        using var report = JsonDocument.Parse(output);
        Assert.InRange(report.RootElement.GetProperty("delivered").GetInt64(), 1, long.MaxValue);
    }

    [Fact]
    public async Task A_server_that_acknowledges_and_delivers_nothing_is_found_out_and_the_run_can_be_repeated()
    {
        using var server = new SilentServer();

        var (status, output, errors) = await RunAsync(
            "--server", "events", "--front", server.Address, "--seconds", "3", "--only", "delay", "--channels", "1",
            "--subscribers", "1", "--publishers", "1", "--seed", "3", "--patience", "1");

        Assert.Equal(1, status);
        Assert.Contains("LostUntold: eventsource 0 chaos3x0: 0.", output, StringComparison.Ordinal);
        Assert.EndsWith(
            $"halley: to repeat: halley chaos --server events --front {server.Address} --admin {server.Address} "
                + "--seed 3 --seconds 3 --channels 1 --subscribers 1 --publishers 1 --only delay\n",
            errors,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--on", "moon", "--on has \"moon\"; it wants memory, disk, workers, redis, nchan, or all")]
    [InlineData("--front", "here", "--front is \"here\"; it wants an address and a port, such as 127.0.0.1:8100")]
    [InlineData("--subscribers", "0", "--subscribers is 0; it wants at least 1")]
    public async Task A_mistake_is_a_sentence(string option, string value, string sentence)
    {
        var (status, _, errors) = await RunAsync(option, value);

        Assert.Equal((1, $"halley: {sentence}\n"), (status, errors));
    }

    private static async Task<(int Status, string Output, string Errors)> RunAsync(params string[] words)
    {
        await using var command = ServerProcess.Start(Path.GetTempPath(), ["chaos", .. words]);
        var status = await command.UntilExitAsync(4 * RawHttpClient.Patience);
        return (status, command.Output, command.Errors);
    }

    private sealed class SilentServer : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly TaskCompletionSource _isHeard = new();

        public SilentServer()
        {
            using (var port = new ReservedPort())
            {
                Address = $"{port.OnLoopback}";
            }

            _listener.Prefixes.Add($"http://{Address}/");
            _listener.Start();
            _ = ServeAsync();
        }

        public string Address { get; }

        public void Dispose() => ((IDisposable)_listener).Dispose();

        // Not before somebody listens: what was sent before that is owed to nobody.
        private async Task AcknowledgeAsync(HttpListenerResponse answer)
        {
            await _isHeard.Task;
            answer.Close();
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    if (context.Request.HttpMethod == "POST")
                    {
                        _ = AcknowledgeAsync(context.Response);
                        continue;
                    }

                    context.Response.ContentType = "text/event-stream";
                    await context.Response.OutputStream.WriteAsync(Encoding.ASCII.GetBytes(": hello\n\n"));
                    await context.Response.OutputStream.FlushAsync();
                    _isHeard.TrySetResult();
                }
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                // Disposed.
            }
        }
    }
}
