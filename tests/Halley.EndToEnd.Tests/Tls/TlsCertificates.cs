using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Tls;

/// <summary>Which certificate a client gets, when it changes, and which ones no server starts with.</summary>
public sealed class TlsCertificates
{
    [Fact]
    public async Task A_client_gets_the_one_for_the_host_that_it_asks_for()
    {
        using var authority = new Authority();
        var tls = TlsServer.Json(
            authority.IssueFor("first.example"),
            authority.IssueFor("*.second.example"),
            authority.IssueFor("localhost"));
        await using var server = await TlsServer.StartAsync(own: $"\"tls\": {tls},");
        foreach (var (asked, name) in new[]
        {
            ("first.example", "CN=first.example"),
            ("any.second.example", "CN=*.second.example"),
            ("ANY.Second.Example", "CN=*.second.example"),
            ("two.labels.second.example", "CN=first.example"),
            ("second.example", "CN=first.example"),
            ("localhost", "CN=localhost"),
            ("unknown.example", "CN=first.example"),
            ("", "CN=first.example"),
        })
        {
            using var shown = await server.CertificateForAsync(server.Own, asked, authority);
            Assert.Equal(name, shown.Subject);
        }
    }

    [Fact]
    public async Task A_new_one_is_taken_while_a_subscriber_stays()
    {
        await using var server = await TlsServer.StartAsync();
        using var heard = await server.OpenAsync(server.Client("2.0"), server.Front, "/sse?cname=a");
        using var before = await server.CertificateForAsync(server.Front, "localhost");
        var (certificate, key) = server.Authority.IssueFor("localhost");

        server.Server.Process.Signal(PosixSignal.SIGHUP);
        var after = await UntilAsync(server, shown => shown != before.Thumbprint);
        await server.PushAsync("a", "still-here");
        await heard.UntilAsync("still-here");

        // Neither what is half there, nor what does not fit together.
        File.WriteAllText(certificate, "-----BEGIN CERTIFICATE-----\n");
        server.Server.Process.Signal(PosixSignal.SIGHUP);
        await UntilOutputAsync(server, "stay as they were: " + certificate);
        File.WriteAllText(key, ECDsa.Create().ExportPkcs8PrivateKeyPem());
        Assert.Equal(after, await UntilAsync(server, _ => true));
    }

    [Fact]
    public async Task A_new_one_is_taken_also_where_nobody_says_so()
    {
        await using var server = await TlsServer.StartAsync(more: "\"tls\": { \"check_interval\": 1 },");
        using var before = await server.CertificateForAsync(server.Own, "localhost");
        server.Authority.IssueFor("localhost");
        await UntilAsync(server, shown => shown != before.Thumbprint);
    }

    [Theory]
    [InlineData("missing", "cannot be read")]
    [InlineData("no certificate", "has no certificate; it wants PEM")]
    [InlineData("no key", "has no private key; it wants PEM")]
    [InlineData("another key", "has not the key of the certificate in")]
    [InlineData("encrypted key", "the key is encrypted")]
    [InlineData("expired", "the certificate has expired on")]
    [InlineData("not yet", "the certificate is not valid before")]
    public async Task A_server_says_in_a_sentence_why_it_does_not_start_with_one(string fault, string sentence)
    {
        using var authority = new Authority();
        var now = DateTimeOffset.UtcNow;
        var (certificate, key) = fault switch
        {
            "expired" => authority.IssueFor("localhost", until: now.AddHours(-1)),
            "not yet" => authority.IssueFor("localhost", from: now.AddHours(1)),
            _ => authority.IssueFor("localhost"),
        };
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        switch (fault)
        {
            case "missing":
                File.Delete(certificate);
                break;
            case "no certificate":
                File.WriteAllText(certificate, "nothing");
                break;
            case "no key":
                File.WriteAllText(key, "nothing");
                break;
            case "another key":
                File.WriteAllText(key, other.ExportPkcs8PrivateKeyPem());
                break;
            case "encrypted key":
                var how = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
                File.WriteAllText(key, other.ExportEncryptedPkcs8PrivateKeyPem("secret", how));
                break;
        }

        var conf = authority.At("halley.json");
        File.WriteAllText(conf, $$"""
            { "front": { "listen": "127.0.0.1:0", "tls": {{TlsServer.Json((certificate, key))}} },
              "admin": { "listen": "127.0.0.1:0" } }
            """);
        await using var started = ServerProcess.Start(Path.GetTempPath(), HalleyCommand.ArgumentsFor(conf, []));
        await using var check = ServerProcess.Start(Path.GetTempPath(), ["check", conf]);
        foreach (var process in new[] { started, check })
        {
            Assert.NotEqual(0, await process.UntilExitAsync());
            Assert.Contains(sentence, process.Errors, StringComparison.Ordinal);
            Assert.Single(process.Errors.TrimEnd().Split('\n'));
        }
    }

    private static async Task<string> UntilAsync(TlsServer server, Func<string, bool> isRight)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (true)
        {
            using var shown = await server.CertificateForAsync(server.Own, "localhost");
            if (isRight(shown.Thumbprint))
            {
                return shown.Thumbprint;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    private static async Task UntilOutputAsync(TlsServer server, string sign)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (!server.Server.Process.Output.Contains(sign, StringComparison.Ordinal))
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
