using System.Net;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Tls;

/// <summary>What is refused on a port with TLS, and how its connections end.</summary>
public sealed class TlsLimits
{
    // The alert that says that a version is not spoken (RFC 8446, 6).
    private const byte Alert = 21;
    private const byte ProtocolVersion = 70;

    // Longer than any test waits: what ends before has not waited for it.
    private const string Long = "\"drain\": { \"within\": 3600 },";

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TLS_1_1_is_not_spoken()
    {
        await using var server = await TlsServer.StartAsync();
        using var client = await RawHttpClient.ConnectAsync(server.Front);

        // A ClientHello of TLS 1.1, with TLS_ECDHE_RSA and TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA.
        byte[] hello = [3, 2, .. new byte[32], 0, 0, 4, 0xC0, 0x13, 0xC0, 0x09, 1, 0];
        await client.SendAsync((byte[])[22, 3, 1, 0, (byte)(hello.Length + 4), 1, 0, 0, (byte)hello.Length, .. hello]);

        var answer = await client.ReadExactlyAsync(7);
        Assert.Equal((Alert, ProtocolVersion), (answer[0], answer[6]));
    }

    [Fact]
    public async Task Who_speaks_HTTP_there_is_told_that_it_is_HTTPS()
    {
        await using var server = await TlsServer.StartAsync();
        using var client = await RawHttpClient.ConnectAsync(server.Front);
        await client.GetAsync("/sse?cname=a");
        var answer = await client.ReadResponseAsync();

        Assert.Equal(400, answer.Status);
        Assert.Contains("speaks HTTPS", await answer.ReadBodyAsync(), StringComparison.Ordinal);
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task HTTP_leads_to_HTTPS_where_that_is_wanted()
    {
        using var port = new ReservedPort();
        await using var server = await TlsServer.StartAsync(redirect: port.OnLoopback);
        using var client = await RawHttpClient.ConnectAsync(port.OnLoopback);

        await client.SendAsync("GET /sse?cname=a&x=%20 HTTP/1.1\r\nHost: push.example:80\r\n\r\n");
        var answer = await client.ReadResponseAsync();
        await answer.ReadBodyAsync();
        Assert.Equal(
            (301, $"https://push.example:{server.Front.Port}/sse?cname=a&x=%20"), (answer.Status, answer["Location"]));

        await client.SendAsync("POST /x HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 0\r\n\r\n");
        answer = await client.ReadResponseAsync();
        await answer.ReadBodyAsync();
        Assert.Equal((308, $"https://[::1]:{server.Front.Port}/x"), (answer.Status, answer["Location"]));
    }

    [Fact]
    public async Task There_are_no_more_connections_than_there_may_be()
    {
        await using var server = await TlsServer.StartAsync(more: "\"tls\": { \"max_connections\": 2 },");

        // Those that looked whether it listens.
        await server.UntilMetricAsync(ServedWithTls.Connections(server.Front), count => count == 0);
        await server.UntilMetricAsync(ServedWithTls.Connections(server.Own), count => count == 0);
        using var first = await server.OpenAsync(server.Client("1.1"), server.Front, "/sse?cname=a");
        using var second = await server.OpenAsync(server.Client("2.0"), server.Front, "/sse?cname=a");

        await Assert.ThrowsAsync<HttpRequestException>(
            () => server.OpenAsync(server.Client("2.0"), server.Front, "/sse?cname=a"));
        await server.UntilMetricAsync("halley_connection_refused_total", count => count == 1);
        await server.PushAsync("a", "still-here");
        await first.UntilAsync("still-here");
        await second.UntilAsync("still-here");
        first.Dispose();
        await server.UntilMetricAsync(ServedWithTls.Connections(server.Front), count => count == 1);
        using var third = await server.OpenAsync(server.Client("2.0"), server.Front, "/sse?cname=a");
    }

    [Fact]
    public async Task There_are_no_more_requests_than_there_may_be()
    {
        await using var server = await TlsServer.StartAsync(more: "\"tls\": { \"max_requests\": 1 },");
        var client = server.Client("2.0");
        using var held = await server.OpenAsync(client, server.Front, "/sse?cname=a");

        using var refused = await client.GetAsync(TlsServer.Url(server.Front, "/ping"), Ended);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(10), refused.Headers.RetryAfter!.Delta);
        Assert.Contains("tls.max_requests", await refused.Content.ReadAsStringAsync(Ended), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_server_that_ends_tells_subscribers_to_come_back(string version)
    {
        await using var server = await TlsServer.StartAsync(more: Long);
        using var events = await server.OpenAsync(server.Client(version), server.Front, "/sse?cname=a");
        using var invoker = new HttpMessageInvoker(server.Handler());
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        var url = new UriBuilder(TlsServer.Url(server.Front, "/ws?cname=a&seq=1")) { Scheme = "wss" }.Uri;
        await socket.ConnectAsync(url, invoker, patience.Token);
        await server.UntilMetricAsync("halley_subscription_count", count => count == 2);

        server.Server.Process.Signal(PosixSignal.SIGTERM);

        Assert.Contains("retry: ", await events.ToEndAsync(), StringComparison.Ordinal);
        var close = await socket.ReceiveAsync(new byte[4096], patience.Token);
        Assert.Equal((WebSocketCloseStatus)1012, close.CloseStatus);
        Assert.Equal(0, await server.Server.Process.UntilExitAsync());
    }
}
