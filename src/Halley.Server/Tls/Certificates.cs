using System.Net.Security;
using System.Runtime.InteropServices;
using Halley.Server.Configuration;

namespace Halley.Server.Tls;

/// <summary>
/// The certificates of one listener: which of them a client gets, and what becomes of it when the files change.
/// Connections keep the one that they began with. Any thread.
/// </summary>
internal sealed class Certificates
{
    // Without it the runtime would end the process where it is first needed.
    private static readonly string[] Libraries = ["libssl.so.3", "libssl.so.1.1"];

    private readonly (string Certificate, string Key)[] _files;
    private readonly TimeProvider _time;
    private string[] _texts;
    private string[]? _refused;
    private volatile Set _set;

    /// <exception cref="ConfigurationException">One of them cannot be used, or TLS cannot.</exception>
    public Certificates(ListenerTls tls, TimeProvider time)
    {
        if (!Libraries.Any(name => NativeLibrary.TryLoad(name, out _)))
        {
            throw new ConfigurationException(
                "TLS (certificates) wants OpenSSL's library, libssl.so.3, which is not installed (Debian: libssl3)");
        }

        _files = [.. tls.Files()];
        _time = time;
        _texts = ReadAll();
        _set = Parse(_texts);
    }

    /// <summary>The hosts that they are for.</summary>
    public IEnumerable<string> Names => _set.ByName.Keys;

    /// <summary>The day on which the first of them ends.</summary>
    public DateTime Expires => _set.All.Min(certificate => certificate.Expires);

    /// <summary>
    /// Finds the certificate for a client that asks for that host, as a handshake uses it; the first where none is for
    /// it.
    /// </summary>
    /// <param name="host">Empty where the client names none.</param>
    public SslServerAuthenticationOptions For(string host)
    {
        var set = _set;
        var name = host.ToLowerInvariant();
        if (!set.ByName.TryGetValue(name, out var found))
        {
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            found = dot > 0 ? set.ByName.GetValueOrDefault(string.Concat("*", name.AsSpan(dot))) : null;
        }

        return (found ?? set.All[0]).Options;
    }

    /// <summary>
    /// Reads the files again, and takes what they hold where it is new and right. One thread at a time.
    /// </summary>
    /// <returns>Whether there was anything new to take.</returns>
    /// <exception cref="ConfigurationException">
    /// What they hold cannot be used: the old ones stay. Thrown once for the same contents.
    /// </exception>
    public bool Reload()
    {
        var texts = ReadAll();
        if (texts.SequenceEqual(_texts) || (_refused is not null && texts.SequenceEqual(_refused)))
        {
            return false;
        }

        _refused = texts;
        _set = Parse(texts);
        (_texts, _refused) = (texts, null);
        return true;
    }

    private string[] ReadAll() =>
    [
        .. _files.SelectMany(files => new[] { files.Certificate, files.Key }).Select(Certificate.ReadFile),
    ];

    private Set Parse(string[] texts)
    {
        var now = _time.GetUtcNow();
        var all = _files
            .Select((files, i) => Certificate.Of(files, texts[2 * i], texts[(2 * i) + 1], now))
            .ToArray();
        var byName = new Dictionary<string, Certificate>(StringComparer.Ordinal);
        foreach (var (certificate, name) in all.SelectMany(one => one.Names, (one, name) => (one, name)))
        {
            byName.TryAdd(name, certificate);
        }

        return new Set(all, byName);
    }

    private sealed record Set(Certificate[] All, Dictionary<string, Certificate> ByName);
}
