using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Halley.Server.Configuration;

namespace Halley.Server.Tls;

/// <summary>A certificate with its key and those between it and its root, out of two files.</summary>
/// <param name="Options">How handshakes are made with it; shared by them, and not changed.</param>
/// <param name="Names">The hosts that it is for, in lower case; <c>*.</c> stands for one label.</param>
/// <param name="Expires">When it ends.</param>
internal sealed record Certificate(
    SslServerAuthenticationOptions Options, IReadOnlyList<string> Names, DateTime Expires)
{
    // No chain and no key is larger; a wrong path may be anything.
    private const int MaxFileBytes = 1 << 20;

    /// <summary>Reads what the files hold.</summary>
    /// <param name="files">Their paths, for messages.</param>
    /// <exception cref="ConfigurationException">
    /// It cannot be used; the message says why, and has nothing of a key.
    /// </exception>
    public static Certificate Of((string Certificate, string Key) files, string chain, string key, DateTimeOffset now)
    {
        var all = new X509Certificate2Collection();
        Try(() => all.ImportFromPem(chain), why => $"{files.Certificate} is no certificate in PEM: {why}");
        if (all.Count == 0)
        {
            throw new ConfigurationException(
                $"{files.Certificate} has no certificate; it wants PEM (-----BEGIN CERTIFICATE-----)");
        }

        RequireKey(files.Key, key);
        RequireTime(files.Certificate, all[0], now);
        X509Certificate2? leaf = null;
        Try(
            () => leaf = X509Certificate2.CreateFromPem(chain, key),
            why => $"{files.Key} has not the key of the certificate in {files.Certificate}: {why}");

        // Offline: what is not in the file is not fetched from anywhere.
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf!, [.. all.Skip(1)], offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            AllowRenegotiation = false,
        };
        return new Certificate(options, NamesOf(leaf!), leaf!.NotAfter);
    }

    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public static string ReadFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxFileBytes)
            {
                throw new ConfigurationException($"{path} is larger than {MaxFileBytes >> 20} MiB, so it is no PEM");
            }

            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ConfigurationException($"{path} cannot be read: {Unreadable.Reason(path, refused)}");
        }
    }

    private static void RequireKey(string path, string key)
    {
        if (key.Contains("ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal)
            || key.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw new ConfigurationException(
                $"{path}: the key is encrypted, and nobody could be asked for its password when a server starts; "
                    + "write it without one (openssl pkey -in KEY -out NEW) into a file that only the server may read");
        }

        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new ConfigurationException($"{path} has no private key; it wants PEM (-----BEGIN PRIVATE KEY-----)");
        }
    }

    private static void RequireTime(string path, X509Certificate2 leaf, DateTimeOffset now)
    {
        if (leaf.NotAfter < now.LocalDateTime)
        {
            throw new ConfigurationException(
                $"{path}: the certificate has expired on {leaf.NotAfter:yyyy-MM-dd HH:mm}");
        }

        if (leaf.NotBefore > now.LocalDateTime)
        {
            throw new ConfigurationException(
                $"{path}: the certificate is not valid before {leaf.NotBefore:yyyy-MM-dd HH:mm}");
        }
    }

    // A certificate without alternative names is for none (RFC 9525); it may still be the first.
    private static List<string> NamesOf(X509Certificate2 leaf) =>
    [
        .. leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames())
            .Select(name => name.ToLowerInvariant()),
    ];

    private static void Try(Action read, Func<string, string> sentence)
    {
        try
        {
            read();
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException)
        {
            throw new ConfigurationException(sentence(wrong.Message));
        }
    }
}
