namespace Halley.EndToEnd.Tests;

/// <summary>/ping on the front port: is it there, and how long may a subscriber wait?</summary>
public sealed class Ping(OpenServer server) : ICometCase(server)
{
    [Fact]
    public async Task Ping_calls_icomet_cb_with_the_polling_timeout()
    {
        var response = await FrontAsync("/ping");

        Assert.Equal(200, response.Status);
        Assert.Equal($"icomet_cb({Answer});\n", await response.ReadBodyAsync());
    }

    [Fact]
    public async Task Ping_calls_the_callback_it_was_asked_to()
    {
        var response = await FrontAsync("/ping?cb=foo");

        Assert.Equal($"foo({Answer});\n", await response.ReadBodyAsync());
    }

    [Fact]
    public async Task Ping_with_an_empty_callback_is_a_parenthesis()
    {
        var response = await FrontAsync("/ping?cb=");

        Assert.Equal($"({Answer});\n", await response.ReadBodyAsync());
    }

    [Fact]
    public async Task Ping_may_be_posted()
    {
        var client = await ConnectFrontAsync();
        await client.PostAsync("/ping", "cb=posted");

        Assert.Equal($"posted({Answer});\n", await (await client.ReadResponseAsync()).ReadBodyAsync());
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Ping_takes_any_method_and_reads_no_body_but_that_of_a_post(string method)
    {
        var client = await ConnectFrontAsync();
        await client.SendAsync($"{method} /ping?cb=url HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\ncb=body");

        Assert.Equal($"url({Answer});\n", await (await client.ReadResponseAsync()).ReadBodyAsync());
    }

    [Fact]
    public async Task The_front_does_not_say_what_it_is()
    {
        var response = await FrontAsync("/ping");

        Assert.Null(response["Server"]);
    }

    private string Answer => $$"""{"type":"ping","sub_timeout":{{Conf.PollingTimeout}}}""";
}
