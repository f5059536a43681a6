using System.Text;

namespace Halley.EndToEnd.Tests.DifferencesFromIComet;

/// <summary>A query that is not quite right loses nothing. iComet says ok, and drops every parameter.</summary>
[Trait("differs", "icomet")]
public sealed class LenientQueries(OpenServer server) : ICometCase(server)
{
    [Theory]
    [InlineData("{\"x\":1}", "{\\\"x\\\":1}")]
    [InlineData("a<b>c", "a<b>c")]
    [InlineData("[a]|^`", "[a]|^`")]
    [InlineData("back\\slash", "back\\\\slash")]
    [InlineData("100%", "100%")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("你好", "你好")]
    [InlineData("x%00y", "x\\u0000y")]
    public async Task Raw_bytes_and_stray_percents_are_taken_as_they_are(string written, string meant)
    {
        var channel = NewChannel();
        await AskAsync($"/push?cname={channel}&content={written}");

        Assert.Equal($"[{Data(channel, 1, meant)}]\n", await PollAsync(channel, 1));
    }

    [Theory]
    [InlineData("cname=*&junk&content=x")]
    [InlineData("&cname=*&content=x")]
    [InlineData("cname=*&&content=x")]
    [InlineData("cname=*&=y&content=x")]
    [InlineData("cname=*&content=x&junk")]
    public async Task A_piece_that_names_nothing_is_read_over(string query)
    {
        var inUrl = NewChannel();
        await AskAsync("/push?" + query.Replace("*", inUrl, StringComparison.Ordinal));
        Assert.Equal($"[{Data(inUrl, 1, "x")}]\n", await PollAsync(inUrl, 1));

        var inBody = NewChannel();
        var client = await ConnectAdminAsync();
        await client.PostAsync("/push", query.Replace("*", inBody, StringComparison.Ordinal));
        await client.ReadResponseAsync();
        Assert.Equal($"[{Data(inBody, 1, "x")}]\n", await PollAsync(inBody, 1));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_may_be_sent_raw()
    {
        var channel = NewChannel();
        var client = await ConnectAdminAsync();
        await client.SendAsync((byte[])[
            .. Encoding.ASCII.GetBytes($"GET /push?cname={channel}&content="), 0xff, 0x80,
            .. " HTTP/1.1\r\nHost: x\r\n\r\n"u8,
        ]);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);

        Assert.Equal($"[{Data(channel, 1, "\uFFFD\uFFFD")}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task A_chunk_may_have_an_extension()
    {
        var channel = NewChannel();
        var client = await ConnectAdminAsync();
        await client.SendAsync(
            $"POST /push?cname={channel} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n8;name=value\r\n"
                + "content=\r\n2\r\nhi\r\n0\r\n\r\n");

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        Assert.Equal($"[{Data(channel, 1, "hi")}]\n", await PollAsync(channel, 1));
    }
}
