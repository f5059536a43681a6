using Halley.Load.Measures;
using Halley.Load.Wire;

namespace Halley.Load.Tests;

/// <summary>What cannot be done is said in a sentence that says what would help.</summary>
public sealed class Refusals
{
    [Fact]
    public void As_many_clients_are_started_as_the_descriptors_need()
    {
        Assert.Equal(1, Preflight.ClientsFor(19_000, asked: 0, isLoopback: true, descriptorLimit: 20_000));
        Assert.Equal(52, Preflight.ClientsFor(1_000_000, asked: 0, isLoopback: true, descriptorLimit: 20_000));
        Assert.Equal(4, Preflight.ClientsFor(100, asked: 4, isLoopback: true, descriptorLimit: 20_000));
    }

    [Fact]
    public void Too_few_clients_are_refused_with_the_number_that_would_do() =>
        AssertSays(
            () => Preflight.ClientsFor(50_000, asked: 2, isLoopback: true, descriptorLimit: 20_000),
            "50,000 need 3",
            "ulimit -n");

    [Fact]
    public void Too_few_descriptors_for_anything_are_refused() =>
        AssertSays(
            () => Preflight.ClientsFor(1, asked: 0, isLoopback: true, descriptorLimit: 256),
            "256 descriptors",
            "ulimit -n");

    [Fact]
    public void More_than_the_ports_of_one_address_are_refused_for_a_server_elsewhere() =>
        AssertSays(
            () => Preflight.ClientsFor(50_000, asked: 0, isLoopback: false, descriptorLimit: 20_000),
            "ports",
            "127.0.0.1");

    [Fact]
    public void Too_little_memory_is_refused_before_it_runs_out()
    {
        Preflight.CheckMemory(1_000, clients: 1, availableBytes: 1L << 30);
        AssertSays(
            () => Preflight.CheckMemory(1_000_000, clients: 53, availableBytes: 1L << 30),
            "1,024 MiB are free",
            "fewer subscribers");
    }

    [Theory]
    [InlineData("https://127.0.0.1/x", "TLS")]
    [InlineData("127.0.0.1:8100", "it wants a URL such as http://")]
    [InlineData("http://127.0.0.1:99999/x", "it wants a URL such as http://")]
    [InlineData("http:///x", "it wants a URL such as http://")]
    [InlineData("http://127.0.0.1/a b", "white space")]
    [InlineData("http://[::1]:80/x", "IPv4")]
    [InlineData("http://no.such.host.invalid/x", "IPv4")]
    public void A_URL_that_cannot_be_asked_is_refused(string url, string why) =>
        AssertSays(() => UrlTemplate.Parse("--subscribe", url), "--subscribe", why);

    [Fact]
    public void A_URL_is_taken_apart()
    {
        var url = UrlTemplate.Parse("--subscribe", "http://127.0.0.1:8100/sub?cname={channel}");

        Assert.Equal(
            ("127.0.0.1:8100", "127.0.0.1:8100", "/sub?cname={channel}"), (url.Address.ToString(), url.Host, url.Path));
        Assert.True(url.IsLoopback);
    }

    [Fact]
    public void An_unknown_server_or_transport_is_refused_with_those_that_are_known()
    {
        AssertSays(() => ServerKind.Find("apache"), "--server is \"apache\"", "push-stream", "nchan");
        AssertSays(() => TransportNames.Parse("carrier-pigeon"), "--transport is \"carrier-pigeon\"", "websocket");
        AssertSays(
            () => ServerKind.Find("icomet").SubscribeUrl(Transport.SignalR, "127.0.0.1:8100"),
            "icomet",
            "stream, sse, poll");
    }

    private static void AssertSays(Action action, params string[] words)
    {
        var said = Assert.Throws<LoadException>(action).Message;
        Assert.All(words, word => Assert.Contains(word, said, StringComparison.Ordinal));
    }
}
