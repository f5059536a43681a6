using System.Net;
using System.Net.Sockets;
using Halley.Testing;

namespace Halley.Clients.Tests;

/// <summary>clients/java, as a program that uses it: examples/Follow.java.</summary>
public sealed class JavaClient(JavaPrograms java)
{
    [Fact]
    public async Task Is_given_each_message_once_and_in_order_or_is_told_although_the_server_is_killed()
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf { ChannelBufferSize = 1000 });
        await using var client = java.Start("Follow", ledger.Front, "news");
        await client.UntilAsync("open streaming");

        await ledger.PublishAsync("news", 30);
        await client.UntilAsync(ledger.Last);
        await ledger.PublishAsync("news", 20);
        await ledger.RestartAsync();
        await client.UntilAsync(
            "a reset", lines => lines.Any(line => line.StartsWith("reset ", StringComparison.Ordinal)));
        await ledger.PublishAsync("news", 30);
        await client.UntilAsync(ledger.Last);

        ledger.Check(client.Lines);
    }

    [Fact]
    public async Task Polls_where_a_proxy_lets_no_stream_through()
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf { ChannelBufferSize = 1000 });
        using var proxy = new BufferingProxy(ledger.Server.Front);
        await using var client = java.Start("Follow", proxy.Address, "news");
        await client.UntilAsync("open longpolling");

        await ledger.PublishAsync("news", 30);
        await client.UntilAsync(ledger.Last);
        await ledger.RestartAsync();
        await client.UntilAsync(
            "a reset", lines => lines.Any(line => line.StartsWith("reset ", StringComparison.Ordinal)));
        await ledger.PublishAsync("news", 30);
        await client.UntilAsync(ledger.Last);

        ledger.Check(client.Lines);
        Assert.DoesNotContain("open streaming", client.Lines);
    }

    [Fact]
    public async Task Goes_on_from_a_position_kept_elsewhere()
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf { ChannelBufferSize = 1000 });
        await ledger.PublishAsync("news", 5);

        await using var client = java.Start("Follow", ledger.Front, "news", ":3");
        await client.UntilAsync(ledger.Last);

        Assert.Equal(
            ["message 3 number 3", "message 4 number 4", "message 5 number 5"],
            client.Lines.Where(line => line.StartsWith("message", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Is_told_what_the_server_no_longer_has()
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf { ChannelBufferSize = 10 });
        await ledger.PublishAsync("news", 40);

        await using var client = java.Start("Follow", ledger.Front, "news", ":1");
        await client.UntilAsync(ledger.Last);

        Assert.Equal("gap", client.Lines[1].Split(' ')[0]);
        Assert.EndsWith(" evicted", client.Lines[1], StringComparison.Ordinal);
        ledger.Check(client.Lines);
    }

    [Fact]
    public async Task Asks_for_another_token_survives_its_listener_and_leaves_at_once()
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf { Auth = "token" });
        await using var client = java.Start(
            "WithToken", ledger.Front, "news", $"http://{ledger.Server.Admin}/sign?cname=news");
        await client.UntilAsync("open streaming");

        await ledger.PublishAsync("news", "throw");
        await ledger.PublishAsync("news", "leave");
        await client.UntilAsync("close stopped for good");

        Assert.Equal(
            [
                "token", "close unauthorized", "token", "open streaming", "message 1 throw", "message 2 leave",
                "close stopped for good",
            ],
            client.Lines);
        await ledger.UntilFollowedByNobodyAsync("news"); // while the program goes on
    }

    [Theory]
    [InlineData("of-icomet", "&token=of-icomet")]
    [InlineData("head.claims.signature", "&access_token=head.claims.signature")]
    public async Task Says_a_token_by_the_name_that_its_kind_has(string token, string said)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        await using var client = java.Start("WithGivenToken", $"http://{server.LocalEndpoint}/", "news", token);

        using var asked = await server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(asked.GetStream());
        var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Contains($"{said} HTTP/1.1", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"quoted\" \\ back / slash \t tab")]
    [InlineData("Grüße, 消息, 😀, </script>, {\"type\":\"close\"}")]
    [InlineData("")]
    public async Task Is_given_what_was_published(string content)
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf());
        await using var client = java.Start("Follow", ledger.Front, "a & b/ü");
        await client.UntilAsync("open streaming");

        await ledger.PublishAsync("a & b/ü", content);

        await client.UntilAsync($"message 1 {content}");
    }

    [Fact]
    public async Task Is_told_that_it_is_not_let_in()
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf { Auth = "token" });
        await using var client = java.Start("Follow", ledger.Front, "news");

        Assert.Equal(0, await client.UntilExitAsync());
        Assert.Equal(["close unauthorized for good"], client.Lines);
    }

    [Fact]
    public async Task Is_told_that_the_channel_was_closed()
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf());
        await using var client = java.Start("Follow", ledger.Front, "news");
        await client.UntilAsync("open streaming");

        using var http = new HttpClient();
        await http.GetStringAsync(
            new Uri($"http://{ledger.Server.Admin}/close?cname=news"), TestContext.Current.CancellationToken);

        Assert.Equal(0, await client.UntilExitAsync());
        Assert.Equal("close closed for good", client.Lines[^1]);
    }

    [Fact]
    public async Task Speaks_TLS()
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf());
        using var proxy = await TlsProxy.StartAsync(ledger.Server.Front);
        await using var client = java.StartWith(
            proxy.JavaOptions, "Follow", $"https://localhost:{proxy.Port}/", "news");
        await client.UntilAsync("open streaming");

        await ledger.PublishAsync("news", 3);

        await client.UntilAsync(ledger.Last);
    }

    [Fact]
    public async Task Says_nothing_to_a_host_with_the_certificate_of_another()
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf());
        using var proxy = await TlsProxy.StartAsync(ledger.Server.Front);
        await using var client = java.StartWith(
            proxy.JavaOptions, "Follow", $"https://127.0.0.1:{proxy.Port}/", "news");

        await proxy.UntilAsync(connections: 4); // as streaming, as polling, and again

        Assert.Equal(0, proxy.Questions);
        Assert.Empty(client.Lines);
    }

    [Fact]
    public async Task Written_for_iComet_works_unchanged()
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf { ChannelBufferSize = 1000 });
        await ledger.PublishAsync("63561661880299684166", 2);
        await using var client = java.Start("AsWrittenForIComet", ledger.Front, "63561661880299684166", "1");
        await client.UntilAsync(ledger.Last);
        await ledger.PublishAsync("63561661880299684166", 3);
        await client.UntilAsync(ledger.Last);

        await ledger.RestartAsync();
        await client.UntilAsync("it came back", lines => lines.Count(line => line == "connected") == 2);
        await ledger.PublishAsync("63561661880299684166", 1);
        await client.UntilAsync("message 1 number 6");

        Assert.Equal(
            [
                "connected", "message 1 number 1", "message 2 number 2", "message 3 number 3", "message 4 number 4",
                "message 5 number 5",
                "lost", "connected", "next_seq 1", "message 1 number 6",
            ],
            Condensed(client.Lines));
    }

    /// <summary>How often it tried while the server was away does not matter.</summary>
    private static List<string> Condensed(IReadOnlyList<string> lines) =>
        [.. lines.Where((line, i) => i == 0 || line != "lost" || lines[i - 1] != "lost")];
}
