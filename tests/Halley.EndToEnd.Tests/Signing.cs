using System.Text.RegularExpressions;

namespace Halley.EndToEnd.Tests;

/// <summary>
/// /sign: makes a channel, says how long it lives, and hands out its token and the number to begin with.
/// </summary>
public sealed partial class Signing(OpenServer server) : ICometCase(server)
{
    [Fact]
    public async Task A_new_channel_is_signed()
    {
        var channel = NewChannel();
        var response = await AdminAsync($"/sign?cname={channel}&expires=77");

        Assert.Equal(200, response.Status);
        Assert.Equal("text/html; charset=utf-8", response["Content-Type"]);
        Assert.Equal(Signed(channel, 1, 77), WithoutToken(await response.ReadBodyAsync()));
        Assert.True(await ExistsAsync(channel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&expires=")]
    [InlineData("&expires=abc")]
    [InlineData("&expires=0")]
    [InlineData("&expires=-5")]
    public async Task A_channel_that_is_given_no_time_is_given_the_usual(string expires)
    {
        var channel = NewChannel();

        Assert.Equal(
            Signed(channel, 1, Conf.ChannelTimeout), WithoutToken(await AskAsync($"/sign?cname={channel}{expires}")));
    }

    [Fact]
    public async Task A_channel_keeps_its_token()
    {
        var channel = NewChannel();
        var first = await AskAsync($"/sign?cname={channel}&expires=60");
        var second = await AskAsync($"/sign?cname={channel}&expires=60");

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task No_two_channels_have_the_same_token()
    {
        HashSet<string> tokens = [];
        foreach (var n in Enumerable.Range(0, 20))
        {
            Assert.True(tokens.Add(Token().Match(await AskAsync($"/sign?cname={NewChannel()}")).Value));
        }
    }

    [Fact]
    public async Task A_subscriber_is_to_begin_with_the_oldest_message_kept()
    {
        var channel = NewChannel();
        await PushAsync(channel, "one", "two", "three");

        Assert.Equal(Signed(channel, 1, 60), WithoutToken(await AskAsync($"/sign?cname={channel}&expires=60")));
    }

    [Fact]
    public async Task A_subscriber_is_to_begin_ten_messages_back_at_most()
    {
        var channel = NewChannel();
        await PushAsync(channel, [.. Enumerable.Range(1, 12).Select(n => $"{n}")]);

        Assert.Equal(Signed(channel, 3, 60), WithoutToken(await AskAsync($"/sign?cname={channel}&expires=60")));
    }

    [Fact]
    public async Task A_cleared_channel_is_begun_with_the_next_number()
    {
        var channel = NewChannel();
        await PushAsync(channel, "one", "two", "three");
        await AskAsync($"/clear?cname={channel}");

        Assert.Equal(Signed(channel, 4, 60), WithoutToken(await AskAsync($"/sign?cname={channel}&expires=60")));
    }

    [Theory]
    [InlineData("&cb=foo", "foo(", ");\n")]
    [InlineData("&cb=", "(", ");\n")]
    public async Task The_answer_may_be_a_call(string cb, string before, string after)
    {
        var channel = NewChannel();

        Assert.Equal(
            before + Signed(channel, 1, 60).TrimEnd('\n') + after,
            WithoutToken(await AskAsync($"/sign?cname={channel}&expires=60{cb}")));
    }

    [Fact]
    public async Task Signing_may_be_posted()
    {
        var channel = NewChannel();
        var client = await ConnectAdminAsync();
        await client.PostAsync("/sign", $"cname={channel}&expires=60");

        Assert.Equal(Signed(channel, 1, 60), WithoutToken(await (await client.ReadResponseAsync()).ReadBodyAsync()));
    }

    private string Signed(string channel, int seq, int expires) =>
        $$"""{"type":"sign","cname":"{{channel}}","seq":{{seq}},"token":"*",""" + "\"expires\":"
            + $$"""{{expires}},"sub_timeout":{{Conf.PollingTimeout}}}""" + "\n";

    /// <summary>
    /// The answer with the token, which no test can know, cut out; it must be 32 lower-case hex digits.
    /// </summary>
    private static string WithoutToken(string answer) => Token().Replace(answer, "*");

    [GeneratedRegex("(?<=\"token\":\")[0-9a-f]{32}(?=\")")]
    private static partial Regex Token();
}
