using Halley.Testing;

namespace Halley.Clients.Tests;

/// <summary>clients/java where the address it was given leads elsewhere, or nowhere.</summary>
public sealed class JavaClientRedirected(JavaPrograms java)
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Follows_to_another_server_with_all_that_it_asked(int status)
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf());
        await ledger.PublishAsync("news", 3);
        using var before = new RedirectingServer(asked => (status, ledger.Front.TrimEnd('/') + asked));
        await using var client = java.Start("Follow", before.Address, "news", ":2");

        await client.UntilAsync(ledger.Last);
        Assert.Equal(["open streaming", "message 2 number 2", "message 3 number 3"], client.Lines);
    }

    [Theory]
    [InlineData("/there{0}")]
    [InlineData("//{1}/there{0}")]
    [InlineData("HTTP://{1}/there{0}#part")]
    public async Task Follows_to_an_address_that_is_relative_to_the_one_it_asked(string location)
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf());
        RedirectingServer? self = null;
        using var before = self = new RedirectingServer(asked => asked.StartsWith("/there", StringComparison.Ordinal)
            ? (307, ledger.Front.TrimEnd('/') + asked["/there".Length..])
            : (308, string.Format(null, location, asked, self!.EndPoint)));
        await using var client = java.Start("Follow", before.Address, "news");

        await client.UntilAsync("open streaming");
        await ledger.PublishAsync("news", 1);
        await client.UntilAsync(ledger.Last);
    }

    [Fact]
    public async Task Follows_with_another_query_alone_which_keeps_the_path()
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf());
        using var before = new RedirectingServer(asked => asked.EndsWith("&once", StringComparison.Ordinal)
            ? (307, ledger.Front.TrimEnd('/') + asked)
            : (307, asked[asked.IndexOf('?', StringComparison.Ordinal)..] + "&once"));
        await using var client = java.Start("Follow", before.Address, "news");

        await client.UntilAsync("open streaming");
    }

    [Fact]
    public async Task Asks_the_address_it_was_given_again_when_the_connection_is_lost()
    {
        await using var first = await Ledger.StartAsync(new ICometConf());
        await using var second = await Ledger.StartAsync(new ICometConf());
        var target = first;
        using var before = new RedirectingServer(asked => (307, target.Front.TrimEnd('/') + asked));
        await using var client = java.Start("Follow", before.Address, "news");
        await client.UntilAsync("open streaming");

        target = second;
        await second.PublishAsync("news", 1);
        await first.Server.Process.KillAsync();

        await client.UntilAsync("close lost");
        await client.UntilAsync(
            "a reset", lines => lines.Any(line => line.StartsWith("reset ", StringComparison.Ordinal)));
        await client.UntilAsync(second.Last);
    }

    [Theory]
    [InlineData("{0}", "after 5 others")]
    [InlineData("", "does not say where to")]
    [InlineData("ftp://localhost/", "no address of http or https")]
    [InlineData("javascript:alert(1)", "no address of http or https")]
    [InlineData("http:///stream", "no address")]
    [InlineData("http://[::1/stream", "no address")]
    [InlineData("http://127.0.0.1:1 2/", "no address")]
    public async Task Says_why_it_does_not_follow_and_tries_again(string location, string why)
    {
        using var before = new RedirectingServer(asked => (307, string.Format(null, location, asked)));
        await using var client = java.Start("Follow", before.Address, "news");

        await client.UntilSaidAsync(why);
        await client.UntilSaidAsync($"{before.Address}poll: "); // the other way is tried too
        Assert.Empty(client.Lines);
    }

    [Fact]
    public async Task Asks_six_times_at_most_in_a_row()
    {
        using var before = new RedirectingServer(
            asked =>
                (
                    307, asked.Replace("/stream", "/stream/", StringComparison.Ordinal).Replace(
                        "//", "/", StringComparison.Ordinal)));
        await using var client = java.Start("Follow", before.Address, "news");

        await client.UntilSaidAsync("after 5 others");
        Assert.InRange(before.Questions, 6, 12); // as streaming, and perhaps already as polling
    }

    [Fact]
    public async Task Does_not_go_from_https_to_http()
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf());
        using var behind = new RedirectingServer(asked => (307, ledger.Front.TrimEnd('/') + asked));
        using var proxy = await TlsProxy.StartAsync(behind.EndPoint);
        await using var client = java.StartWith(
            proxy.JavaOptions, "Follow", $"https://localhost:{proxy.Port}/", "news");

        await client.UntilSaidAsync("from https to http, which is not followed");
        Assert.Empty(client.Lines);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(304)]
    public async Task Says_what_it_is_answered_with(int status)
    {
        using var before = new RedirectingServer(_ => (status, ""));
        await using var client = java.Start("Follow", before.Address, "news");

        await client.UntilSaidAsync($"{before.Address}stream: It is answered with {status}");
    }

    [Fact]
    public async Task Says_that_nobody_is_there_and_comes_when_somebody_is()
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf());
        await ledger.Server.Process.KillAsync();
        await using var client = java.Start("Follow", ledger.Front, "news");
        await client.UntilSaidAsync("Connection refused");

        await ledger.RestartAsync();
        await client.UntilAsync("open streaming");
    }
}
