using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Halley.Testing;

namespace Halley.Clients.Tests;

/// <summary>
/// Ends TLS in front of a server, with a certificate for localhost alone, which the JDK's keytool made and puts into a
/// store of what Java trusts.
/// </summary>
public sealed class TlsProxy : IDisposable
{
    private const string Password = "of-a-test";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-tls-");
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _behind;
    private int _connections;
    private int _questions;

    private TlsProxy(IPEndPoint behind) => _behind = behind;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many of those that came went on to say something.</summary>
    public int Questions => Volatile.Read(ref _questions);

    /// <summary>Makes a Java program trust the certificate.</summary>
    public IEnumerable<string> JavaOptions =>
        [$"-Djavax.net.ssl.trustStore={PathOf("trusted")}", $"-Djavax.net.ssl.trustStorePassword={Password}"];

    public static async Task<TlsProxy> StartAsync(IPEndPoint behind)
    {
        var proxy = new TlsProxy(behind);
        await proxy.KeytoolAsync(
            "own",
            "-genkeypair",
            "-alias",
            "site",
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost");
        await proxy.KeytoolAsync("own", "-exportcert", "-alias", "site", "-file", proxy.PathOf("certificate"));
        await proxy.KeytoolAsync(
            "trusted", "-importcert", "-noprompt", "-alias", "site", "-file", proxy.PathOf("certificate"));
        proxy._listener.Start();
        _ = proxy.AcceptAsync(X509CertificateLoader.LoadPkcs12FromFile(proxy.PathOf("own"), Password));
        return proxy;
    }

    /// <summary>Returns once so many have come.</summary>
    public async Task UntilAsync(int connections)
    {
        using var patience = new CancellationTokenSource(2 * RawHttpClient.Patience);
        while (Volatile.Read(ref _connections) < connections)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Delete(recursive: true);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private async Task KeytoolAsync(string store, params string[] command) => await ClientProcess.RunAsync(
        _folder.FullName,
        "keytool",
        [.. command, "-keystore", PathOf(store), "-storetype", "PKCS12", "-storepass", Password]);

    private async Task AcceptAsync(X509Certificate2 certificate)
    {
        using (certificate)
        {
            try
            {
                while (true)
                {
                    var asker = await _listener.AcceptTcpClientAsync();
                    Interlocked.Increment(ref _connections);
                    _ = ServeAsync(asker, certificate);
                }
            }
            catch (SocketException)
            {
                // Disposed: nobody comes any more.
            }
        }
    }

    private async Task ServeAsync(TcpClient asker, X509Certificate2 certificate)
    {
        using var behind = new TcpClient();
        using (asker)
        {
            await using var secure = new SslStream(asker.GetStream());
            try
            {
                await secure.AuthenticateAsServerAsync(certificate);
                var first = new byte[16 * 1024];
                var length = await secure.ReadAsync(first);
                if (length == 0)
                {
                    return;
                }

                Interlocked.Increment(ref _questions);
                await behind.ConnectAsync(_behind);
                await behind.GetStream().WriteAsync(first.AsMemory(0, length));
                await Task.WhenAny(
                    secure.CopyToAsync(behind.GetStream()),
                    behind.GetStream().CopyToAsync(secure)); // either side has gone
            }
            catch (Exception gone) when (gone is IOException or SocketException or AuthenticationException)
            {
                // One side went away, or would not have the other.
            }
        }
    }
}
