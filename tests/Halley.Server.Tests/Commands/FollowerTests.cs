using System.Net;
using Halley.Server.Commands;

namespace Halley.Server.Tests.Commands;

public sealed class FollowerTests : IDisposable
{
    private readonly ScriptedServer _server = new();
    private readonly QuickTime _time = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Messages_are_printed_with_their_positions()
    {
        _server.Answers(Next(12) + Data(12, "hello") + Noop + Data(13, "world"));
        await Follow(wanted: 2);
        Assert.Equal("12\thello\n13\tworld\n", _output.ToString());
        Assert.Equal("", _error.ToString());
        Assert.Equal(["/stream?cname=a%20%26b&seq=0&epoch=&token=t%2B"], _server.Asked);
    }

    [Fact]
    public async Task A_dropped_connection_is_taken_up_at_its_position()
    {
        _server.Answers(Next(1) + Data(1, "one")).IsNotThere().IsNotThere().Answers(Data(2, "two"));
        await Follow(wanted: 2);
        Assert.Equal("1\tone\n2\ttwo\n", _output.ToString());
        Assert.Equal(4, _server.Asked.Count);
        Assert.All(_server.Asked[1..], asked => Assert.Contains("&seq=2&", asked, StringComparison.Ordinal));
        Assert.Equal([1, 2, 4], _time.Waits.Select(wait => wait.TotalSeconds));
        Assert.Contains("coming back in 4 s, at position 2", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wait_has_an_end_and_begins_anew_after_a_message()
    {
        _server.Answers(Data(1, "one"));
        for (var attempt = 0; attempt < 6; attempt++)
        {
            _server.IsNotThere();
        }

        _server.Answers(Data(2, "two")).Answers(Data(3, "three"));
        await Follow(wanted: 3);
        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 1], _time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task A_channel_that_began_anew_is_said()
    {
        _server.Answers(Data(41, "old")).Answers(Next(1) + Data(1, "new"));
        await Follow(wanted: 2);
        Assert.Contains("the server goes on at 1 and not at 42", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal("41\told\n1\tnew\n", _output.ToString());
    }

    [Fact]
    public async Task It_comes_back_with_the_place_that_it_was_told()
    {
        _server.Answers(Exact(12, "71304413184000012") + Data(12, "one")).Answers(
            Exact(13, "71304413184000012") + Data(13, "two"));
        await Follow(wanted: 2);
        Assert.Equal("/stream?cname=a%20%26b&seq=13&epoch=71304413184000012&token=t%2B", _server.Asked[1]);
        Assert.DoesNotContain("lost", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 5, "evicted", "halley: message 5 is lost: newer ones took the place (front.channel_buffer_size)\n")]
    [InlineData(5, 7, "expired", "halley: messages 5 to 7 are lost: kept no longer than their publisher wanted\n")]
    [InlineData(5, 7, "cleared", "halley: messages 5 to 7 are lost: a publisher cleared the channel\n")]
    [InlineData(5, 7, "\\u001b[2J", "halley: messages 5 to 7 are lost: \\u001b[2J\n")]
    public async Task What_is_lost_is_said_in_words(long from, long to, string reason, string words)
    {
        _server.Answers(
            $$"""{"type":"gap","cname":"a","seq":{{to + 1}},"epoch":"71","from":{{from}},"to":{{to}},"""
                + $"\"reason\":\"{reason}\",\"count\":1,\"content\":\"\"}}\n" + Data(to + 1, "x"));
        await Follow(wanted: 1);
        Assert.Equal(words, _error.ToString());
        Assert.Equal($"{to + 1}\tx\n", _output.ToString());
    }

    [Theory]
    [InlineData(
        "epoch",
        "the channel began anew: it was closed or forgotten, or the server started again; what came before is lost; "
            + "going on at 1\n")]
    [InlineData("ahead", "the channel has not come as far as 42; going on at 1\n")]
    public async Task A_place_that_means_nothing_is_said_and_left(string reason, string words)
    {
        _server.Answers(Exact(41, "71") + Data(41, "old"))
            .Answers(
                $$"""{"type":"reset","cname":"a","seq":1,"epoch":"72","reason":"{{reason}}","count":1,"content":""}"""
                    + "\n"
                    + Data(1, "new"))
            .Answers(Exact(2, "72") + Data(2, "newer"));
        await Follow(wanted: 3);
        Assert.Contains($"halley: {words}", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("&seq=2&epoch=72&", _server.Asked[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_heartbeat_that_knows_more_than_came_makes_it_ask_again()
    {
        _server.Answers(Exact(2, "71")
            + """{"type":"noop","cname":"a","seq":1,"top":1,"content":""}"""
            + "\n"
            + """{"type":"noop","cname":"a","seq":2,"top":2,"content":""}"""
            + "\n")
            .Answers(Exact(2, "71") + Data(2, "two"));
        await Follow(wanted: 1);
        Assert.Contains(
            "message 2 did not come, which the server has; coming back in 1 s, at position 2",
            _error.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_sends_it_on_is_followed_and_asked_first_again()
    {
        _server.SendsOn("http://b:8100/stream?cname=a&seq=0&epoch=&token=t").Answers(Exact(1, "71") + Data(1, "one"))
            .SendsOn("/elsewhere", HttpStatusCode.Found).Answers(Exact(2, "71") + Data(2, "two"));
        await Follow(wanted: 2);
        Assert.Equal("1\tone\n2\ttwo\n", _output.ToString());
        Assert.Equal(["x", "b", "x", "x"], _server.Hosts);
        Assert.Equal("/elsewhere", _server.Asked[3]);
    }

    [Fact]
    public async Task A_circle_is_left()
    {
        for (var step = 0; step < 6; step++)
        {
            _server.SendsOn("/stream?token=secret");
        }

        var said = (await Assert.ThrowsAsync<CommandException>(() => Follow())).Message;
        Assert.Equal("http://x: sent on 5 times, at last by http://x; do the servers send to each other?", said);
        Assert.Equal(6, _server.Asked.Count);
    }

    [Fact]
    public async Task Encryption_is_not_left()
    {
        _server.SendsOn("https://x/stream?token=secret").SendsOn("http://y/stream?token=secret");
        Assert.Equal(
            "https://x: sends on to http://y, which is not encrypted; not followed",
            (await Assert.ThrowsAsync<CommandException>(() => Follow())).Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://")]
    public async Task A_redirect_to_nowhere_is_said(string? location)
    {
        _server.SendsOn(location);
        Assert.Equal(
            "http://x: the server says 307, and not where else to ask",
            (await Assert.ThrowsAsync<CommandException>(() => Follow())).Message);
    }

    [Fact]
    public async Task A_proxy_whose_server_starts_again_is_waited_for()
    {
        _server.Answers(Exact(1, "71") + Data(1, "one")).Answers("", HttpStatusCode.BadGateway).Answers(
            Exact(2, "71") + Data(2, "two"));
        await Follow(wanted: 2);
        Assert.Contains(
            "the server says 502; coming back in 2 s, at position 2", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broadcast_is_marked_and_counts()
    {
        _server.Answers("{\"type\":\"broadcast\",\"cname\":\"a\",\"seq\":5,\"content\":\"all\"}\n");
        await Follow(wanted: 1);
        Assert.Equal("5\tall\n", _output.ToString());
        Assert.Contains("to all channels", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_channel_is_the_end()
    {
        _server.Answers("{\"type\":\"close\",\"cname\":\"a\",\"seq\":5,\"content\":\"\"}\n");
        await Follow();
        Assert.Contains("the channel was closed", _error.ToString(), StringComparison.Ordinal);
        Assert.Single(_server.Asked);
    }

    [Theory]
    [InlineData("401", "Token error")]
    [InlineData("429", "Too many subscribers")]
    public async Task A_refusal_is_told(string type, string content)
    {
        _server.Answers($"{{\"type\":\"{type}\",\"cname\":\"a\",\"seq\":0,\"content\":\"{content}\"}}\n");
        Assert.Equal(
            $"http://x: refused: {content} ({type})",
            (await Assert.ThrowsAsync<CommandException>(() => Follow())).Message);
    }

    [Fact]
    public async Task A_server_that_was_never_there_is_told()
    {
        _server.IsNotThere();
        Assert.StartsWith(
            "http://x: nothing listens there",
            (await Assert.ThrowsAsync<CommandException>(() => Follow())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_none_of_ours_is_told()
    {
        _server.Answers("", HttpStatusCode.NotFound);
        Assert.Equal(
            "http://x: the server says 404; is this its front port (--front)?",
            (await Assert.ThrowsAsync<CommandException>(() => Follow())).Message);
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_is_no_dropped_connection()
    {
        _server.Answers(Data(1, "one"));
        using var client = new HttpClient(_server, disposeHandler: false);
        using var full = new FullDisk();
        var follower = new Follower(client, _time, full, _error) { Url = "http://x", Channel = "a" };
        await Assert.ThrowsAsync<IOException>(() => follower.Follow(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_message_is_one_line_and_commands_no_terminal()
    {
        _server.Answers("no json\n" + Data(1, "a\\nb\\tc\\u001b[2J\\u009b"));
        await Follow(wanted: 1);
        Assert.Equal("1\ta\\nb\\tc\\u001b[2J\\u009b\n", _output.ToString());
        Assert.Equal("halley: no message: no json\n", _error.ToString());
    }

    private sealed class FullDisk : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("No space left on device");
    }

    private const string Noop = "{\"type\":\"noop\",\"cname\":\"a\",\"seq\":0,\"content\":\"\"}\n";

    private static string Exact(long seq, string epoch) =>
        $"{{\"type\":\"exact\",\"cname\":\"a\",\"seq\":{seq},\"epoch\":\"{epoch}\",\"count\":1,\"content\":\"\"}}\n";

    private static string Data(long seq, string content) =>
        $"{{\"type\":\"data\",\"cname\":\"a\",\"seq\":{seq},\"content\":\"{content}\"}}\n";

    private static string Next(long seq) =>
        $"{{\"type\":\"next_seq\",\"cname\":\"a\",\"seq\":{seq},\"content\":\"\"}}\n";

    private async Task Follow(long wanted = long.MaxValue)
    {
        using var client = new HttpClient(_server, disposeHandler: false);
        var follower = new Follower(client, _time, _output, _error)
        {
            Url = "http://x",
            Channel = "a &b",
            Token = "t+",
            Wanted = wanted,
        };
        await follower.Follow(TestContext.Current.CancellationToken);
    }
}
