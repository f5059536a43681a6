using System.Net;
using Halley.Testing;

namespace Halley.Proxies.Tests;

/// <summary>
/// The real nginx or haproxy before three nodes, where nobody sticks to one: with samples/proxies/nginx-nodes.conf or
/// haproxy-nodes.cfg as it is committed, but for ports, and for how long a subscriber may be silent.
/// </summary>
public sealed class ProxyBeforeNodes : IAsyncDisposable
{
    public const string Nginx = "nginx";
    public const string Haproxy = "haproxy";

    // Heartbeats come every two seconds here.
    private const string Silence = "4s";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-proxies-");
    private readonly ReservedPort _front = new();
    private readonly ReservedPort _admin = new();
    private ProxyProcess? _process;

    private ProxyBeforeNodes()
    {
    }

    /// <param name="nodes">Where each node's subscribers and publishers come.</param>
    public static async Task<ProxyBeforeNodes> StartAsync(
        string program, params (IPEndPoint Front, IPEndPoint Admin)[] nodes)
    {
        var proxy = new ProxyBeforeNodes();
        try
        {
            await proxy.StartAsync(program, nodes.SelectMany((node, n) => new[]
            {
                ($"127.0.0.1:810{n + 1}", $"{node.Front}"),
                ($"127.0.0.1:800{n + 1}", $"{node.Admin}"),
                ($" port 800{n + 1}", $" port {node.Admin.Port}"),
            }));
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>A subscriber's client: each opens a connection of its own.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        BaseAddress = new Uri($"http://{_front.OnLoopback}/icomet/"),
        Timeout = RawHttpClient.Patience,
    };

    /// <summary>
    /// A publisher's client: a connection for each request, so that no request is sent again because its connection was
    /// an old one.
    /// </summary>
    public HttpClient Publisher() => Publisher($"http://{_admin.OnLoopback}/");

    /// <summary>The same for endpoints that lie beside those of subscribers.</summary>
    public HttpClient PublisherAtFront() => Publisher($"http://{_front.OnLoopback}/icomet/");

    /// <summary>Publishes by GET, everything in the address, or by POST.</summary>
    public static Task<HttpResponseMessage> PushAsync(
        HttpClient publisher, HttpMethod method, string channel, string text)
    {
        var content = $"cname={channel}&content={text}";
        return method == HttpMethod.Get
            ? publisher.GetAsync(new Uri($"push?{content}", UriKind.Relative))
            : publisher.PostAsync(new Uri("push", UriKind.Relative), new StringContent(content));
    }

    /// <summary>What it wrote so far.</summary>
    public string Output => _process!.Output;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _front.Dispose();
        _admin.Dispose();
        _folder.Delete(recursive: true);
    }

    private static HttpClient Publisher(string address) =>
        new(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                PooledConnectionLifetime = TimeSpan.Zero,
            })
        {
            BaseAddress = new Uri(address),
            Timeout = RawHttpClient.Patience,
        };

    private async Task StartAsync(string program, IEnumerable<(string Written, string Meant)> nodes)
    {
        (string Written, string Meant)[] changes =
        [
            ("listen 8080", $"listen {_front.OnLoopback}"),
            ("bind :8080", $"bind {_front.OnLoopback}"),
            ("127.0.0.1:8000", $"{_admin.OnLoopback}"),
            ("60s", Silence),
            .. nodes,
        ];
        _process = program == Nginx
            ? await ProxyProcess.StartSampleAsync(
                "/usr/sbin/nginx",
                "nginx-nodes.conf",
                _folder,
                file => ["-p", $"{_folder.FullName}/nodes/", "-c", file],
                changes)
            : await ProxyProcess.StartSampleAsync(
                "/usr/sbin/haproxy", "haproxy-nodes.cfg", _folder, file => ["-f", file, "-db"], changes);
        await _process.UntilListeningAsync(_front.OnLoopback, _admin.OnLoopback);
    }
}
