using Halley.Server.Configuration;
using Halley.Server.Metrics;
using Halley.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Server.Tests.Metrics;

/// <summary>What a collector of OpenTelemetry is sent.</summary>
public sealed class OtlpExportTests
{
    [Fact]
    public async Task It_has_every_metric_with_its_server_and_version()
    {
        using var collector = new RawBackend();
        await using var server = new MeasuredServer();
        var export = OtlpExport.Begin(new OtlpSection { Endpoint = collector.Url }, NullLogger.Instance)!;
        server.Start();
        using var subscriber = await server.DoSomethingAsync();

        // The last of it is sent at the end.
        var ending = Task.Run(export.Dispose, TestContext.Current.CancellationToken);
        using var connection = await collector.AcceptAsync();
        var sent = await connection.ReadRequestAsync();
        await connection.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await ending;

        Assert.StartsWith("POST /v1/metrics HTTP/1.1\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/x-protobuf", sent, StringComparison.OrdinalIgnoreCase);
        foreach (var text in (string[])[
            "service.name", "halley", Product.Version, "halley.connection.count", "halley.listener",
            "halley.publish.duration", "halley.reactor.turn.duration", "process.memory.usage", "{connection}"])
        {
            Assert.Contains(text, sent, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_a_collector_there_is_nothing_of_it() =>
        Assert.Null(OtlpExport.Begin(new OtlpSection(), NullLogger.Instance));
}
