using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Tls;

/// <summary>
/// A server whose front and own listener speak TLS, and clients that trust who issued its certificate.
/// </summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly List<HttpClient> _clients = [];

    private TlsServer(JsonServer server, Authority authority) => (Server, Authority) = (server, authority);

    public JsonServer Server { get; }

    public Authority Authority { get; }

    public IPEndPoint Front => Server.Front;

    public IPEndPoint Own => Server.Own;

    /// <param name="endpoints">Of its own listener.</param>
    /// <param name="more">Further sections, each with a comma behind it.</param>
    /// <param name="front">Further keys of its front, each with a comma behind it; and of its own listener.</param>
    /// <param name="redirect">Where HTTP leads to its front.</param>
    /// <param name="isFrontPlain">Whether its front speaks no TLS.</param>
    /// <param name="level">The least level of what it logs.</param>
    public static async Task<TlsServer> StartAsync(
        string endpoints = """{ "location": "/none", "kind": "nothing" }""",
        string more = "",
        string front = "",
        string own = "",
        IPEndPoint? redirect = null,
        bool isFrontPlain = false,
        string level = "warn")
    {
        var authority = new Authority();
        try
        {
            var tls = Json(authority.IssueFor("localhost"));
            var withRedirect = redirect is null ? tls : tls[..^1] + $", \"redirect_from\": \"{redirect}\" }}";
            return new TlsServer(
                await JsonServer.StartAsync(
                    endpoints,
                    more,
                    front: front + (isFrontPlain ? "" : $"\"tls\": {withRedirect},"),
                    own: own.Contains("\"tls\"", StringComparison.Ordinal) ? own : $"{own} \"tls\": {tls},",
                    level: level),
                authority);
        }
        catch
        {
            authority.Dispose();
            throw;
        }
    }

    /// <summary>A tls section.</summary>
    public static string Json(params (string Certificate, string Key)[] files) =>
        $"{{ \"certificates\": [{string.Join(", ", files.Select(one => $"\"{one.Certificate}\""))}], "
        + $"\"keys\": [{string.Join(", ", files.Select(one => $"\"{one.Key}\""))}] }}";

    /// <summary>A client of one version of HTTP, with connections of its own.</summary>
    public HttpClient Client(string version)
    {
        var client = new HttpClient(Handler())
        {
            DefaultRequestVersion = Version.Parse(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = RawHttpClient.Patience,
        };
        _clients.Add(client);
        return client;
    }

    public SocketsHttpHandler Handler()
    {
        var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true };
        handler.SslOptions.CertificateChainPolicy = Trusting(Authority);
        return handler;
    }

    /// <summary>Makes a handshake and shows the certificate of the server.</summary>
    /// <param name="name">The host that is asked for; empty for none.</param>
    public async Task<X509Certificate2> CertificateForAsync(
        IPEndPoint place, string name, Authority? trusted = null)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        using var socket = new TcpClient();
        await socket.ConnectAsync(place, patience.Token);
        await using var stream = new SslStream(socket.GetStream());
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = name,
                CertificateChainPolicy = Trusting(trusted ?? Authority),
                RemoteCertificateValidationCallback = (_, _, _, errors) =>
                    (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None,
            },
            patience.Token);
        return new X509Certificate2(stream.RemoteCertificate!);
    }

    public static Uri Url(IPEndPoint place, string path) => new($"https://localhost:{place.Port}{path}");

    /// <summary>Begins to read an answer that is held.</summary>
    public async Task<StreamReader> OpenAsync(HttpClient client, IPEndPoint place, string path)
    {
        var answer = await client.GetAsync(Url(place, path), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode.OK, client.DefaultRequestVersion), (answer.StatusCode, answer.Version));
        return new StreamReader(await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>Publishes over the admin port.</summary>
    public async Task PushAsync(string channel, string text)
    {
        using var publisher = await RawHttpClient.ConnectAsync(Server.Admin);
        await publisher.GetAsync($"/push?cname={channel}&content={text}");
        Assert.Equal(200, (await publisher.ReadResponseAsync()).Status);
    }

    /// <summary>Reads the metrics of the admin port until they say something.</summary>
    public async Task UntilMetricAsync(string name, Func<double, bool> isRight)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (true)
        {
            using var operators = await RawHttpClient.ConnectAsync(Server.Admin);
            await operators.GetAsync("/metrics");
            var page = PrometheusPage.Parse(await (await operators.ReadResponseAsync()).ReadBodyAsync());
            if (page.TryGetValue(name, out var value) && isRight(value))
            {
                return;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Server.DisposeAsync();
        Authority.Dispose();
    }

    private static X509ChainPolicy Trusting(Authority authority)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(authority.Own);
        return policy;
    }
}

/// <summary>Reads what a held answer says.</summary>
internal static class HeldReading
{
    /// <summary>Reads until a text has come.</summary>
    /// <returns>All that was read.</returns>
    public static async Task<string> UntilAsync(this StreamReader reader, string sign)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        var read = "";
        var some = new char[4096];
        while (!read.Contains(sign, StringComparison.Ordinal))
        {
            var count = await reader.ReadAsync(some, patience.Token);
            Assert.True(count > 0, $"The answer ended without \"{sign}\": {read}");
            read += new string(some, 0, count);
        }

        return read;
    }

    public static async Task<string> ToEndAsync(this StreamReader reader)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        return await reader.ReadToEndAsync(patience.Token);
    }
}
