using Halley.Server.Configuration;

namespace Halley.Server.Tests.Tls;

/// <summary>What can be said about TLS, and what cannot be meant.</summary>
public sealed class TlsConfigurationTests
{
    [Fact]
    public void A_listener_has_files_and_a_place_that_leads_to_it()
    {
        var listener = Read("""
            "listeners": [ { "listen": ":443", "endpoints": [], "tls": {
              "certificates": ["a.pem", "b.pem"], "keys": ["a.key", "b.key"], "redirect_from": ":80" } } ]
            """).GetListeners()[0];

        Assert.Equal(["/etc/halley/a.pem", "/etc/halley/b.pem"], listener.Tls.Certificates);
        Assert.Equal(
            [("/etc/halley/a.pem", "/etc/halley/a.key"), ("/etc/halley/b.pem", "/etc/halley/b.key")],
            listener.Tls.Files());
        Assert.Equal(":80", listener.Tls.RedirectFrom);
    }

    [Fact]
    public void Keys_may_stand_in_the_files_of_their_certificates()
    {
        var options = Read("""
            "front": { "listen": ":443", "tls": { "certificates": ["/run/both.pem"] } }
            """);

        Assert.True(options.HasTls);
        Assert.Equal([("/run/both.pem", "/run/both.pem")], options.Front.Tls.Files());
    }

    [Theory]
    [InlineData(
        """
        "front": { "tls": { "certificates": ["a", "b"], "keys": ["a"] } }
        """,
        "front.tls: certificates are 2 and keys are 1")]
    [InlineData(
        """
        "front": { "tls": { "redirect_from": ":80" } }
        """,
        "front.tls: redirect_from is :80, and there are no certificates")]
    [InlineData(
        """
        "front": { "listen": "off", "tls": { "certificates": ["a"] } }
        """,
        "front.tls: TLS wants listen to be ADDRESS:PORT, where it is off")]
    [InlineData(
        """
        "listeners": [ { "listen": "unix:/run/x", "endpoints": [], "tls": { "certificates": ["a"] } } ]
        """,
        "halley.json:1: tls: TLS wants listen to be ADDRESS:PORT, where it is unix:/run/x")]
    [InlineData(
        """
        "listeners": [ { "listen": ":443", "endpoints": [], "tls": { "certificate": ["a"] } } ]
        """,
        "certificate is no key of a listener's tls; did you mean certificates?")]
    [InlineData(
        """
        "listeners": [ { "listen": ":443", "endpoints": [], "tls": { "redirect_from": "80" } } ]
        """,
        "redirect_from is \"80\"; it wants ADDRESS:PORT such as :80, or nothing")]
    [InlineData(
        """
        "tls": { "max_connections": 0 }
        """,
        "tls.max_connections is \"0\"")]
    public void What_cannot_be_meant_is_said(string json, string sentence) =>
        Assert.Contains(
            sentence, Assert.Throws<ConfigurationException>(() => Read(json)).Message, StringComparison.Ordinal);

    private static HalleyOptions Read(string json)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Write("halley.json", "{ " + json.Trim() + " }");
        try
        {
            var options = HalleyConfiguration.Load(path, new Dictionary<string, string>(), []).Options;
            foreach (var tls in options.GetListeners().Select(listener => listener.Tls))
            {
                tls.Certificates = [.. tls.Certificates.Select(Moved)];
                tls.Keys = [.. tls.Keys.Select(Moved)];
            }

            return options;
        }
        catch (ConfigurationException wrong)
        {
            throw new ConfigurationException(Moved(wrong.Message));
        }

        string Moved(string text) => text.Replace(
            directory.Root + "/halley.json", "halley.json", StringComparison.Ordinal)
            .Replace(directory.Root, "/etc/halley", StringComparison.Ordinal);
    }
}
