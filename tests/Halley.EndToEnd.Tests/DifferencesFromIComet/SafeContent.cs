using System.Text.Json;

namespace Halley.EndToEnd.Tests.DifferencesFromIComet;

/// <summary>
/// Whatever is published, every message is JSON, one line, and no markup. iComet passes on what breaks it.
/// </summary>
[Trait("differs", "icomet")]
public sealed class SafeContent(OpenServer server) : ICometCase(server)
{
    [Theory]
    [InlineData("a\tb", "a\\tb")]
    [InlineData("\b\f", "\\u0008\\u000c")]
    [InlineData("a\u0001b", "a\\u0001b")]
    [InlineData("\u001f", "\\u001f")]
    [InlineData("a\0b", "a\\u0000b")]
    public async Task Push_escapes_control_characters(string content, string written)
    {
        var channel = NewChannel();
        await PushAsync(channel, content);

        Assert.Equal($"[{Data(channel, 1, written)}]\n", await PollAsync(channel, 1));
    }

    [Theory]
    [InlineData("a\"b")]
    [InlineData("\"")]
    [InlineData("a\nb\rc")]
    [InlineData("a\tb\u0001c\0d")]
    [InlineData("a\\qb")]
    [InlineData("a\\")]
    [InlineData("a\\u12")]
    [InlineData("a\\u12g4")]
    [InlineData("\"}\n{\"type\":\"data\",\"cname\":\"forged\",\"seq\":1,\"content\":\"")]
    public async Task Pub_repairs_what_would_break_the_string(string content)
    {
        var channel = NewChannel();
        var stream = await SubscribeAsync(Transport.Stream, channel, 1);
        await PubAsync(channel, content);

        var chunk = await stream.ReadChunkAsync();
        using var message = JsonDocument.Parse(chunk!);
        Assert.Equal(chunk!.Length - 1, chunk.IndexOf('\n', StringComparison.Ordinal));
        Assert.Equal(
            ["type", "cname", "seq", "content"], message.RootElement.EnumerateObject().Select(field => field.Name));
        Assert.Equal(channel, message.RootElement.GetProperty("cname").GetString());
        Assert.Equal(content, message.RootElement.GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_broadcast_is_escaped_like_a_push()
    {
        await using var own = await Halley.Testing.ICometServer.StartAsync(new Halley.Testing.ICometConf());
        var subscriber = await ConnectAsync(own.Front);
        await subscriber.GetAsync("/stream?cname=a&seq=1");
        var stream = await subscriber.ReadResponseAsync();
        await (await ConnectAsync(own.Admin)).GetAsync("/broadcast?content=%09%00%22");

        Assert.Equal(Message("broadcast", "a", 1, "\\t\\u0000\\\"") + "\n", await stream.ReadChunkAsync());
    }

    [Theory]
    [InlineData("quote\"", "quote\\\"")]
    [InlineData("back\\slash", "back\\\\slash")]
    [InlineData("line\nfeed", "line\\nfeed")]
    [InlineData("nul\0", "nul\\u0000")]
    public async Task A_name_is_escaped_in_every_answer(string name, string written)
    {
        var channel = NewChannel() + name;
        var escaped = Uri.EscapeDataString(channel);
        var expected = channel.Replace(name, written, StringComparison.Ordinal);

        Assert.Equal(Message("next_seq", expected, 1) + "\n", await PollAsync(channel, 0));
        await PushAsync(channel, "x");
        Assert.Equal($"[{Data(expected, 1, "x")}]\n", await PollAsync(channel, 1));
        Assert.StartsWith(
            $$"""{"type":"sign","cname":"{{expected}}","seq":1,""",
            await AskAsync($"/sign?cname={escaped}"),
            StringComparison.Ordinal);
        Assert.Equal($"{{\"cname\": \"{expected}\", \"subscribers\": 0}}\n", await AskAsync($"/info?cname={escaped}"));
        Assert.Equal($"{{\"{expected}\": 1}}\n", await AskAsync($"/check?cname={escaped}"));
    }

    [Fact]
    public async Task A_name_cannot_forge_a_line_of_presence()
    {
        var (channel, forged, after) = (NewChannel(), NewChannel(), NewChannel());
        var presence = await ListenToPresenceAsync();
        await AskAsync($"/sign?cname={Uri.EscapeDataString($"{channel}\n1 {forged}\r\n0 {forged}")}");
        await AskAsync($"/sign?cname={after}");

        List<string> lines = [];
        while (lines.LastOrDefault() != $"1 {after}")
        {
            var chunk = await presence.ReadChunkAsync();
            lines.AddRange(chunk!.TrimEnd('\n').Split('\n', '\r'));
        }

        Assert.Single(lines, line => line.StartsWith($"1 {channel}", StringComparison.Ordinal));
        Assert.DoesNotContain(
            lines, line => line.StartsWith($"1 {forged}", StringComparison.Ordinal)
                || line.StartsWith($"0 {forged}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_iframe_is_sent_as_a_page()
    {
        var subscriber = await SubscribeAsync(Transport.Iframe, NewChannel(), 1);

        Assert.Equal(
            "HTTP/1.1 200 OK\r\nExpires: 0\r\nCache-Control: no-cache\r\nContent-Type: text/html; charset=utf-8\r\n"
            + "Origin-Agent-Cluster: ?0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n"
            + "X-Accel-Buffering: no\r\nDate: *\r\n\r\n",
            subscriber.HeadWithoutDate);
    }

    [Theory]
    [InlineData("/push", "</script>")]
    [InlineData("/pub", "</script>")]
    [InlineData("/push", "<!--<script>")]
    public async Task Content_cannot_end_the_script_it_stands_in(string path, string content)
    {
        var channel = NewChannel();
        var subscriber = await SubscribeAsync(Transport.Iframe, channel, 1);
        await AskAsync($"{path}?cname={channel}&content={Uri.EscapeDataString(content)}");

        using var message = JsonDocument.Parse(ScriptOf(await subscriber.ReadChunkAsync()));
        Assert.Equal(content, message.RootElement.GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_name_cannot_end_the_script_it_stands_in()
    {
        var channel = NewChannel() + "</script><script>alert(1)//";
        var subscriber = await SubscribeAsync(Transport.Iframe, channel, 0);

        using var message = JsonDocument.Parse(ScriptOf(await subscriber.ReadChunkAsync()));
        Assert.Equal(channel, message.RootElement.GetProperty("cname").GetString());
    }

    [Theory]
    [InlineData("/close")]
    [InlineData("/clear")]
    public async Task A_name_nobody_knows_is_told_back_as_text(string path)
    {
        var response = await AdminAsync($"{path}?cname=<script>");

        Assert.Equal("text/plain; charset=utf-8", response["Content-Type"]);
        Assert.Equal("channel[<script>] not connected\n", await response.ReadBodyAsync());
    }

    /// <summary>The JSON in an iframe's script, in which nothing may look like a tag.</summary>
    private static string ScriptOf(string? chunk)
    {
        Assert.StartsWith(Transport.Iframe.Before, chunk, StringComparison.Ordinal);
        Assert.EndsWith(Transport.Iframe.After, chunk, StringComparison.Ordinal);
        var json = chunk![Transport.Iframe.Before.Length..^Transport.Iframe.After.Length];
        Assert.DoesNotContain("</", json, StringComparison.Ordinal);
        Assert.DoesNotContain("<!--", json, StringComparison.Ordinal);
        return json;
    }
}
