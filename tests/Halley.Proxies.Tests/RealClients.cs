using System.Net;
using System.Net.WebSockets;

namespace Halley.Proxies.Tests;

/// <summary>
/// Behind a proxy that Halley trusts, address rules are about the client; and what a client pretends does not help it.
/// </summary>
public sealed class RealClients(PatientServer server)
{
    [Theory]
    [MemberData(nameof(EveryTransport.AllWays), MemberType = typeof(EveryTransport))]
    public async Task Who_is_denied_is_refused_and_others_are_let_in(Way way)
    {
        using var friend = server.Client(way);
        using var stranger = server.Client(way, ProxiedServer.Stranger);

        // Alternately: a proxy sends both over the connections that it keeps.
        for (var n = 0; n < 10; n++)
        {
            Assert.Equal(HttpStatusCode.OK, await PingAsync(friend));
            Assert.Equal(HttpStatusCode.Forbidden, await PingAsync(stranger));
        }
    }

    [Theory]
    [MemberData(nameof(EveryTransport.AllWays), MemberType = typeof(EveryTransport))]
    public async Task A_client_cannot_pretend_to_be_another(Way way)
    {
        using var friend = server.Client(way);
        using var stranger = server.Client(way, ProxiedServer.Stranger);
        Assert.Equal(HttpStatusCode.Forbidden, await PingAsync(stranger, "10.1.1.1"));
        Assert.Equal(HttpStatusCode.Forbidden, await PingAsync(stranger, "127.0.0.1"));
        Assert.Equal(HttpStatusCode.Forbidden, await PingAsync(stranger, "unknown"));
        Assert.Equal(HttpStatusCode.OK, await PingAsync(friend, "10.1.1.1"));
    }

    [Fact]
    public async Task Who_comes_without_a_proxy_cannot_pretend_to_be_another()
    {
        using var client = new HttpClient(server.Handler(ProxiedServer.Stranger))
        {
            BaseAddress = new Uri($"http://{server.Server.Front}/"),
        };

        Assert.Equal(HttpStatusCode.Forbidden, await PingAsync(client, "10.1.1.1"));
    }

    [Theory]
    [MemberData(nameof(EveryTransport.AllWays), MemberType = typeof(EveryTransport))]
    public async Task A_WebSocket_of_one_that_is_denied_is_refused(Way way)
    {
        using var client = server.Client(way);
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(server.Handler(ProxiedServer.Stranger));
        var url =
            new UriBuilder(new Uri(client.BaseAddress!, "ws?cname=a")) { Scheme = way.IsTls() ? "wss" : "ws" }.Uri;

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(url, invoker, CancellationToken.None));
        Assert.NotEqual(WebSocketState.Open, socket.State);
    }

    private static async Task<HttpStatusCode> PingAsync(HttpClient client, string? forwardedFor = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "ping")
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
        };
        if (forwardedFor is not null)
        {
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        }

        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
