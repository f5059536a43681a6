using Halley.Protocol.Access;
using Halley.Protocol.Dialects.IComet;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>Who is let in at iComet's port for publishers.</summary>
public sealed class ICometAdmissionTests
{
    private const string NoType = "Server: icomet 0.2.5\r\n|\r\nContent-Type: text/html; charset=ISO-8859-1\r\n";

    [Theory]
    [InlineData("/push?cname=a")]
    [InlineData("/nothing")]
    [InlineData("OPTIONS /push")]
    public void Who_is_not_let_in_gets_nothing_but_a_refusal(string request)
    {
        using var node = new ICometNode(
            options: new ICometOptions { AdminRules = new AddressRules(["127.0.0.1"], ["all"]) });
        var stranger = new RecordingExchange(node.Dispatcher) { RemoteAddress = new([10, 0, 0, 1]) };
        Assert.False(node.Admin.Admits(default, stranger));
        node.Admin.Ask(request.StartsWith('/') ? "GET " + request : request, exchange: stranger);
        Assert.Equal("403 Forbidden", stranger.Status);
        Assert.Equal(NoType, stranger.Fields);
        Assert.Equal("", stranger.Body);
        Assert.True(stranger.Head!.Closes);
        Assert.Equal(0, node.Hub.ChannelCount);
        Assert.True(node.Admin.Admits(default, new RecordingExchange(node.Dispatcher)));
        Assert.Equal("200 OK", node.Ask("/push?cname=a").Status);
    }

    [Fact]
    public void Who_was_let_in_over_a_proxys_connection_lets_nobody_else_in()
    {
        using var node = new ICometNode(
            options: new ICometOptions { AdminRules = new AddressRules(["10.0.0.1"], ["all"]) });
        Assert.Equal("200 OK", AskOver(node, TrustedProxies.Of(["127.0.0.1"]), "10.0.0.1", isAdmitted: false));
        Assert.Equal("403 Forbidden", AskOver(node, TrustedProxies.Of(["127.0.0.1"]), "10.0.0.2", isAdmitted: true));
        Assert.Equal("403 Forbidden", AskOver(node, TrustedProxies.None, "10.0.0.1", isAdmitted: false));
    }

    // Each answer is an exchange of its own here; a connection keeps its note from one to the next.
    private static string AskOver(ICometNode node, TrustedProxies proxies, string forwarded, bool isAdmitted)
    {
        var exchange = new RecordingExchange(node.Dispatcher) { TrustedProxies = proxies, IsAdmitted = isAdmitted };
        return node.Admin.Ask("GET /info", fields: $"X-Forwarded-For: {forwarded}\r\n", exchange: exchange).Status;
    }
}
