namespace Halley.EndToEnd.Tests;

/// <summary>How a request's parameters are read, from the query and from a posted body.</summary>
public sealed class Parameters(OpenServer server) : ICometCase(server)
{
    [Theory]
    [InlineData("a+b", "a b")]
    [InlineData("a%20b%2Bc", "a b+c")]
    [InlineData("%e4%bd%a0%E5%A5%BD", "你好")]
    [InlineData("a=b=c", "a=b=c")]
    [InlineData("a;b;content=c", "a;b;content=c")]
    [InlineData("-._~!$'()*,:@/?", "-._~!$'()*,:@/?")]
    [InlineData("", "")]
    public async Task A_value_in_the_query_is_decoded(string written, string meant)
    {
        var channel = NewChannel();
        await AskAsync($"/push?cname={channel}&content={written}");

        Assert.Equal($"[{Data(channel, 1, meant)}]\n", await PollAsync(channel, 1));
    }

    [Theory]
    [InlineData("a+b%26c", "a b&c")]
    [InlineData("100%", "100%")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("<{[|]}>^`", "<{[|]}>^`")]
    [InlineData("你好", "你好")]
    public async Task A_value_in_a_body_is_decoded(string written, string meant)
    {
        var channel = NewChannel();
        await PostAsync("/push", $"cname={channel}&content={written}");

        Assert.Equal($"[{Data(channel, 1, meant)}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task Of_two_equal_names_the_first_counts()
    {
        var channel = NewChannel();
        await AskAsync($"/push?cname={channel}&content=first&content=second&cname=other");

        Assert.Equal($"[{Data(channel, 1, "first")}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task Names_are_the_same_in_capitals()
    {
        var channel = NewChannel();
        await AskAsync($"/push?CName={channel}&CONTENT=x");

        Assert.Equal($"[{Data(channel, 1, "x")}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task Names_are_not_decoded()
    {
        var channel = NewChannel();
        await AskAsync($"/push?cname={channel}&c%6Fntent=escaped&content=plain");

        Assert.Equal($"[{Data(channel, 1, "plain")}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task What_a_body_says_wins_and_the_query_fills_in_the_rest()
    {
        var channel = NewChannel();
        await PostAsync($"/push?cname={channel}&content=query", "content=body");

        Assert.Equal($"[{Data(channel, 1, "body")}]\n", await PollAsync(channel, 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Content-Type: application/x-www-form-urlencoded\r\n")]
    [InlineData("Content-Type: text/plain; charset=utf-8\r\n")]
    public async Task A_body_is_read_as_a_form_also_where_it_does_not_say_that_it_is_one(string header)
    {
        var channel = NewChannel();
        var body = $"cname={channel}&content=x";
        var client = await ConnectAdminAsync();
        await client.SendAsync(
            $"POST /push HTTP/1.1\r\nHost: x\r\n{header}Content-Length: {body.Length}\r\n\r\n{body}");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);

        Assert.Equal($"[{Data(channel, 1, "x")}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task A_body_that_says_it_is_no_form_is_refused()
    {
        var channel = NewChannel();
        var body = $"cname={channel}&content=x";
        var client = await ConnectAdminAsync();
        await client.SendAsync(
            $"POST /push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"
                + $"{body}");

        Assert.Equal(415, (await client.ReadResponseAsync()).Status);
        Assert.False(await ExistsAsync(channel));
    }

    [Fact]
    public async Task A_multipart_body_is_a_form()
    {
        var channel = NewChannel();
        const string Body = "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nbody\r\n--b--\r\n";
        var client = await ConnectAdminAsync();
        await client.SendAsync(
            $"POST /push?cname={channel}&content=query HTTP/1.1\r\nHost: x\r\n"
                + $"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);

        Assert.Equal($"[{Data(channel, 1, "body")}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task A_query_may_end_in_an_ampersand_and_what_follows_a_hash_is_no_part_of_it()
    {
        var channel = NewChannel();
        await AskAsync($"/push?cname={channel}&content=a&");
        await AskAsync($"/push?cname={channel}&content=b#c");

        Assert.Equal($"[{Data(channel, 1, "a")},{Data(channel, 2, "b")}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task Parameters_nobody_asked_for_are_ignored()
    {
        var channel = NewChannel();
        await PushAsync(channel, "x");

        Assert.Equal(
            $"[{Data(channel, 1, "x")}]\n", await PollAsync(channel, 1, "&_=1700000000&callback=cb&token=none"));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 0)]
    [InlineData("2abc", 2)]
    [InlineData("2.9", 2)]
    [InlineData("-1", 1)]
    public async Task A_number_is_its_leading_digits(string written, int meant)
    {
        var channel = NewChannel();
        await PushAsync(channel, "one", "two");

        var expected = meant switch
        {
            0 => Message("next_seq", channel, 3),
            1 => $"[{Data(channel, 1, "one")},{Data(channel, 2, "two")}]",
            _ => $"[{Data(channel, 2, "two")}]",
        };
        Assert.Equal(expected + "\n", await (await FrontAsync($"/poll?cname={channel}&seq={written}")).ReadBodyAsync());
    }

    [Fact]
    public async Task No_name_is_a_name_like_any_other()
    {
        var missing = await FrontAsync("/poll?seq=0");
        var empty = await FrontAsync("/poll?cname=&seq=0");

        var answer = await missing.ReadBodyAsync();
        Assert.StartsWith("""{"type":"next_seq","cname":"","seq":""", answer, StringComparison.Ordinal);
        Assert.Equal(answer, await empty.ReadBodyAsync());
    }

    [Fact]
    public async Task A_channel_may_have_a_long_name_in_any_script()
    {
        var channel = NewChannel() + "你好 é 😀/?&=#+%" + new string('x', 100);
        await PushAsync(channel, "x");

        Assert.Equal($"[{Data(channel, 1, "x")}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_shown_as_such_so_that_the_rest_can_be_read()
    {
        var channel = NewChannel();
        await AskAsync($"/push?cname={channel}&content=%ff%c3(%80");

        Assert.Equal($"[{Data(channel, 1, "\uFFFD\uFFFD(\uFFFD")}]\n", await PollAsync(channel, 1));
    }

    private async Task PostAsync(string target, string body)
    {
        var client = await ConnectAdminAsync();
        await client.PostAsync(target, body);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }
}
