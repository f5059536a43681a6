using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Halley.Testing;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
[assembly: AssemblyFixture(typeof(Halley.Proxies.Tests.PatientServer))]
[assembly: AssemblyFixture(typeof(Halley.Proxies.Tests.HastyServer))]

// The cases mostly wait for a process that does something else: more of them at a time than there are processors.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]

namespace Halley.Proxies.Tests;

/// <summary>
/// A server behind the real nginx and haproxy, with the configurations of samples/proxies as they are committed, but
/// for ports and times. Who comes from <see cref="Stranger"/> is not let in.
/// </summary>
public class ProxiedServer(int pollingTimeout, string timeout) : IAsyncLifetime
{
    /// <summary>Another address of this machine, that the server's front denies.</summary>
    public static readonly IPAddress Stranger = IPAddress.Parse("127.0.0.5");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-proxies-");
    private readonly Dictionary<Way, ReservedPort> _ports = Enum.GetValues<Way>().ToDictionary(
        way => way, _ => new ReservedPort());
    private readonly List<ProxyProcess> _proxies = [];
    private Certificate? _certificate;
    private ICometServer? _server;

    public ICometServer Server => _server!;

    public async ValueTask InitializeAsync()
    {
        _server = await ICometServer.StartAsync(
            new ICometConf { PollingTimeout = pollingTimeout, ChannelBufferSize = 300 }, More);
        _certificate = await Certificate.MakeAsync(_folder.FullName);

        // Two of haproxy's ports come from one frontend; the two TLS ways differ only in what the client speaks.
        await StartAsync(
            "/usr/sbin/nginx",
            "nginx-classic.conf",
            file => ["-p", $"{_folder.FullName}/classic/", "-c", file],
            Way.NginxClassic);
        await StartAsync(
            "/usr/sbin/nginx", "nginx-tls.conf", file => ["-p", $"{_folder.FullName}/tls/", "-c", file], Way.NginxTls);
        await StartAsync("/usr/sbin/haproxy", "haproxy.cfg", file => ["-f", file, "-db"], Way.Haproxy, Way.HaproxyTls);
    }

    /// <summary>Starts Halley again where it was.</summary>
    public async Task StartAgainAsync()
    {
        Server.Start(More);
        await Server.UntilListeningAsync();
    }

    /// <summary>A client that comes that way.</summary>
    /// <param name="from">Its address; all of 127/8 is this machine.</param>
    public HttpClient Client(Way way, IPAddress? from = null) => new(Handler(from), disposeHandler: true)
    {
        BaseAddress = new Uri($"http{(way.IsTls() ? "s" : "")}://localhost:{PortOf(way)}/icomet/"),
        DefaultRequestVersion = way.IsHttp2() ? HttpVersion.Version20 : HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = RawHttpClient.Patience,
    };

    /// <summary>Trusts the certificate of this run, and comes from this address.</summary>
    public SocketsHttpHandler Handler(IPAddress? from = null) => new()
    {
        SslOptions = { RemoteCertificateValidationCallback = _certificate!.IsShown },
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(from ?? IPAddress.Loopback, 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        foreach (var port in _ports.Values)
        {
            port.Dispose();
        }

        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private static readonly string[] More =
        [
            "--set", "front.trusted_proxies=127.0.0.1", "--set", "front.allow=all", "--set", $"front.deny={Stranger}",
            "--set", "logger.output=stdout",
        ];

    private int PortOf(Way way) => _ports[way switch
    {
        Way.NginxHttp2 => Way.NginxTls,
        Way.HaproxyHttp2 => Way.HaproxyTls,
        _ => way,
    }].Number;

    private async Task StartAsync(string program, string name, Func<string, string[]> arguments, params Way[] ways)
    {
        var proxy = await ProxyProcess.StartSampleAsync(
            program,
            name,
            _folder,
            arguments,
            ("127.0.0.1:8100", $"{Server.Front}"),
            ("listen 8080", $"listen {Loopback(ways[0])}"),
            ("listen 8443", $"listen {Loopback(ways[0])}"),
            ("bind :8080", $"bind {Loopback(ways[0])}"),
            ("bind :8443", $"bind {Loopback(ways[^1])}"),
            ("60s", timeout));
        _proxies.Add(proxy);
        await proxy.UntilListeningAsync([.. ways.Select(way => new IPEndPoint(IPAddress.Loopback, PortOf(way)))]);
    }

    private string Loopback(Way way) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{PortOf(way)}");
}

/// <summary>Nothing times out while a case runs, and no heartbeat pushes out what a proxy holds back.</summary>
public sealed class PatientServer() : ProxiedServer(pollingTimeout: 600, timeout: "600s");

/// <summary>A heartbeat every two seconds, and proxies that give up after three.</summary>
public sealed class HastyServer() : ProxiedServer(pollingTimeout: 1, timeout: "3s");
