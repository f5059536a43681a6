namespace Halley.EndToEnd.Tests;

/// <summary>Which paths and methods each of the two ports knows.</summary>
public sealed class Routes(OpenServer server) : ICometCase(server)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/nosuch")]
    [InlineData("/ping/")]
    [InlineData("//ping")]
    [InlineData("/push?cname=a&content=b")]
    [InlineData("/pub")]
    [InlineData("/broadcast")]
    [InlineData("/sign")]
    [InlineData("/close")]
    [InlineData("/clear")]
    [InlineData("/info")]
    [InlineData("/check")]
    [InlineData("/psub")]
    public async Task The_front_does_not_know(string target)
    {
        AssertNotFound(await FrontAsync(target));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/nosuch")]
    [InlineData("/push/")]
    [InlineData("/sub?cname=a")]
    [InlineData("/poll")]
    [InlineData("/stream")]
    [InlineData("/sse")]
    [InlineData("/iframe")]
    [InlineData("/ping")]
    public async Task The_admin_port_does_not_know(string target)
    {
        AssertNotFound(await AdminAsync(target));
    }

    [Fact]
    public async Task An_unknown_path_ends_the_connection()
    {
        var response = await FrontAsync("/nosuch");
        await response.ReadBodyAsync();

        Assert.Empty(await response.Client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_page_that_names_an_unknown_path_names_it_escaped()
    {
        var response = await FrontAsync("/%3Cscript%3Ealert(1)%3C/script%3E?<script>");

        Assert.DoesNotContain("<script", await response.ReadBodyAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_path_is_decoded_before_it_is_looked_up()
    {
        Assert.Equal(200, (await FrontAsync("/%70ing")).Status);
    }

    [Fact]
    public async Task A_whole_address_in_the_request_line_is_understood()
    {
        var response = await FrontAsync("http://halley.test:8100/ping?cb=foo");

        Assert.Equal(200, response.Status);
        Assert.StartsWith("foo({", await response.ReadBodyAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sub")]
    [InlineData("/poll")]
    [InlineData("/stream")]
    [InlineData("/sse")]
    [InlineData("/iframe")]
    public async Task Subscribing_is_by_GET_alone(string path)
    {
        foreach (var method in new[] { "POST", "PUT", "DELETE" })
        {
            var client = await ConnectFrontAsync();
            await client.SendAsync(
                $"{method} {path}?cname=a&seq=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=1");
            var response = await client.ReadResponseAsync();

            Assert.Equal("HTTP/1.1 405 Method Not Allowed", response.Head.Split("\r\n")[0]);
            Assert.Equal("", await response.ReadBodyAsync());
        }
    }

    [Fact]
    public async Task Asking_for_the_head_of_a_subscription_is_refused()
    {
        var client = await ConnectFrontAsync();
        await client.SendAsync("HEAD /poll?cname=a&seq=1 HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Equal(405, (await client.ReadResponseAsync(hasBody: false)).Status);
    }

    [Theory]
    [InlineData("PUT", "/push")]
    [InlineData("DELETE", "/push")]
    [InlineData("PUT", "/pub")]
    [InlineData("POST", "/broadcast")]
    [InlineData("PUT", "/broadcast")]
    public async Task Publishing_by_another_method_is_refused_and_publishes_nothing(string method, string path)
    {
        var channel = NewChannel();
        await PushAsync(channel, "before");
        var client = await ConnectAdminAsync();
        await client.SendAsync(
            $"{method} {path}?cname={channel}&content=x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        var response = await client.ReadResponseAsync();

        Assert.Equal("HTTP/1.1 405 Invalid Method", response.Head.Split("\r\n")[0]);
        Assert.Equal("", await response.ReadBodyAsync());
        Assert.Equal($"[{Data(channel, 1, "before")}]\n", await PollAsync(channel, 1));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Every_other_command_takes_any_method(string method)
    {
        var channel = NewChannel();
        foreach (var target in new[]
        {
            $"/sign?cname={channel}",
            $"/check?cname={channel}",
            $"/info?cname={channel}",
            $"/clear?cname={channel}",
            $"/close?cname={channel}",
        })
        {
            var client = await ConnectAdminAsync();
            await client.SendAsync($"{method} {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");

            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        }
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("PATCH")]
    [InlineData("BREW")]
    public async Task A_method_nobody_here_knows_is_answered_501_and_ends_the_connection(string method)
    {
        var client = await ConnectFrontAsync();
        await client.SendAsync($"{method} /ping HTTP/1.1\r\nHost: x\r\n\r\n");
        var response = await client.ReadResponseAsync();
        await response.ReadBodyAsync();

        Assert.Equal("HTTP/1.1 501 Not Implemented", response.Head.Split("\r\n")[0]);
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Every_answer_of_an_admin_command_names_the_server()
    {
        foreach (var target in new[] { "/info", "/check?cname=a", "/clear?cname=unknown", "/psub" })
        {
            Assert.Equal("icomet 0.2.5", (await AdminAsync(target))["Server"]);
        }

        Assert.Null((await AdminAsync("/unknown"))["Server"]);
    }

    private static void AssertNotFound(Halley.Testing.RawResponse response)
    {
        Assert.Equal("HTTP/1.1 404 Not Found", response.Head.Split("\r\n")[0]);
        Assert.Equal("close", response["Connection"]);
        Assert.Equal("text/html", response["Content-Type"]?.Split(';')[0]);
    }
}
