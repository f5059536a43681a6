using System.Net;
using System.Net.Sockets;
using System.Text;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>A publisher's trace goes with its message to subscribers, and to a collector of OpenTelemetry.</summary>
public sealed class Traced : IDisposable
{
    // The bytes of ids, which a collector is sent as they are.
    private const string Trace = "trace of a test!";
    private const string Span = "a span!!";

    private readonly RawBackend _collector = new();

    public void Dispose() => _collector.Dispose();

    [Theory]
    [InlineData("/push?cname=news&content=hi", true, "")]
    [InlineData("/api/publish", true, """{"channel":"news","data":"hi"}""")]
    [InlineData("/api/batch", true, """{"commands":[{"publish":{"channel":"news","data":"hi"}}]}""")]
    [InlineData("/pub?id=news", false, "hi")]
    [InlineData("/nchan?id=news", false, "hi")]
    [InlineData("/centrifugo/publish", false, """{"channel":"news","data":"hi"}""")]
    public async Task Whoever_publishes_by_HTTP_has_its_trace_continued(string target, bool isAdmin, string body)
    {
        await using var server = await StartAsync();
        await PublishAsync(server, isAdmin ? server.Admin : server.Own, target, body);
        await UntilSentAsync(_ => true, Trace, Span, "publish", "deliver", "messaging.destination.name", "news");
    }

    [Fact]
    public async Task A_worker_tells_of_what_it_delivers()
    {
        await using var server = await StartAsync("\"engine\": { \"workers\": 2, \"reactors\": 1 },");
        await PublishAsync(server, server.Own, "/pub?id=news", "hi");
        await UntilSentAsync(
            sent => !sent.Contains($":{server.Process.Id}", StringComparison.Ordinal), Trace, "deliver");
    }

    private Task<JsonServer> StartAsync(string more = "") => JsonServer.StartAsync(
        """
        { "location": "/pub", "kind": "publisher", "channels_path": "$arg_id" },
        { "location": "= /nchan", "kind": "nchan_pubsub", "nchan_channel_id": "$arg_id" },
        { "location": "/centrifugo/", "kind": "centrifugo-api" }
        """,
        more + $$"""
        "otlp": { "endpoint": "{{_collector.Url}}", "traces": true },
        """);

    private static async Task PublishAsync(JsonServer server, IPEndPoint port, string target, string body)
    {
        using var subscriber = await RawHttpClient.ConnectAsync(server.Front);
        await subscriber.GetAsync("/stream?cname=news");
        await subscriber.ReadThroughAsync("\r\n\r\n");
        using var publisher = await RawHttpClient.ConnectAsync(port);
        var (trace, span) = (Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Trace)),
            Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Span)));
        await publisher.SendAsync(
            $"{(body.Length == 0 ? "GET" : "POST")} {target} HTTP/1.1\r\nHost: halley\r\n"
                + $"Content-Length: {body.Length}\r\ntraceparent: 00-{trace}-{span}-01\r\n\r\n{body}");
        await subscriber.ReadThroughAsync("hi");
    }

    // Over whichever connections, and in whichever requests; those for metrics are among them.
    private async Task UntilSentAsync(Predicate<string> isMeant, params string[] wanted)
    {
        var missing = wanted.ToHashSet(StringComparer.Ordinal);
        var found = new TaskCompletionSource();
        _ = AcceptAsync();
        await found.Task.WaitAsync(RawHttpClient.Patience, TestContext.Current.CancellationToken);

        async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    _ = HearAsync(await _collector.AcceptAsync());
                }
            }
            catch (Exception ended) when (ended is ObjectDisposedException or OperationCanceledException
                or SocketException)
            {
                // The test is over.
            }
        }

        async Task HearAsync(RawQuestions connection)
        {
            using (connection)
            {
                while (!found.Task.IsCompleted)
                {
                    var sent = await connection.ReadRequestAsync();
                    await connection.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    if (sent.StartsWith("POST /v1/traces HTTP/1.1\r\n", StringComparison.Ordinal)
                        && isMeant(sent))
                    {
                        lock (missing)
                        {
                            missing.RemoveWhere(text => sent.Contains(text, StringComparison.Ordinal));
                            if (missing.Count == 0)
                            {
                                found.TrySetResult();
                            }
                        }
                    }
                }
            }
        }
    }
}
