using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Halley.Testing;

/// <summary>Somebody who issues certificates for servers on this machine, and whom nobody trusts by itself.</summary>
public sealed class Authority : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset Until = From.AddDays(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-authority");
    private readonly X509Certificate2 _own;

    public Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Halley's tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _own = request.CreateSelfSigned(From, Until);
        File.WriteAllText(Own, _own.ExportCertificatePem());
    }

    /// <summary>The file with its own certificate.</summary>
    public string Own => Path.Combine(_folder.FullName, "ca.crt");

    /// <summary>Issues a certificate.</summary>
    /// <param name="name">Whose it is: a host, or an address.</param>
    /// <param name="until">When it ends; null for later than any test.</param>
    /// <param name="from">When it begins; null for before.</param>
    /// <returns>The file with it, and the one with its key; those of an earlier one are written anew.</returns>
    public (string Certificate, string Key) IssueFor(
        string name, DateTimeOffset? until = null, DateTimeOffset? from = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(
            _own, from ?? From, until ?? Until, RandomNumberGenerator.GetBytes(8));
        var (certificate, keyFile) = (
            At(name + ".crt"), At(name + ".key"));
        File.WriteAllText(certificate, issued.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificate, keyFile);
    }

    /// <summary>A file beside those that it issues.</summary>
    public string At(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose()
    {
        _own.Dispose();
        _folder.Delete(recursive: true);
    }
}
