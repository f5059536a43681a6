using System.Diagnostics;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Halley.Proxies.Tests;

/// <summary>A certificate that openssl made for this run, and nobody else trusts.</summary>
public sealed class Certificate
{
    private readonly string _thumbprint;

    private Certificate(string thumbprint) => _thumbprint = thumbprint;

    /// <summary>
    /// Makes halley.crt and halley.key, and both in halley.pem, as the README of samples/proxies says.
    /// </summary>
    public static async Task<Certificate> MakeAsync(string folder)
    {
        using var openssl = Process.Start(new ProcessStartInfo(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-keyout", "halley.key", "-out", "halley.crt",
            ])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
        })!;
        var errors = await openssl.StandardError.ReadToEndAsync();
        await openssl.WaitForExitAsync();
        Assert.True(openssl.ExitCode == 0, errors);
        var certificate = await File.ReadAllTextAsync(Path.Combine(folder, "halley.crt"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "halley.pem"),
            certificate + await File.ReadAllTextAsync(Path.Combine(folder, "halley.key")));
        return new Certificate(X509Certificate2.CreateFromPem(certificate).Thumbprint);
    }

    /// <summary>This one and no other is right.</summary>
    public bool IsShown(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is X509Certificate2 shown && shown.Thumbprint == _thumbprint;
}
