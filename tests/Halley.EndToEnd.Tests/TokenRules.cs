using System.Text.Json;

namespace Halley.EndToEnd.Tests;

/// <summary>Who may subscribe where tokens are asked for.</summary>
public sealed class TokenRules(TokenServer server) : ICometCase(server)
{
    [Theory]
    [MemberData(nameof(Transport.All), MemberType = typeof(Transport))]
    public async Task A_subscriber_of_an_unknown_channel_is_refused(string path)
    {
        var (transport, channel) = (Transport.Named(path), NewChannel());
        var subscriber = await SubscribeAsync(transport, channel, 1);

        Assert.Equal(transport.Wrap(Message("401", channel, 0, "Token error")), await subscriber.ReadChunkAsync());
        Assert.Null(await subscriber.ReadChunkAsync());
        Assert.False(await ExistsAsync(channel));
    }

    [Fact]
    public async Task A_refusal_is_200_and_one_message_and_the_connection_lives()
    {
        var client = await ConnectFrontAsync();
        await client.GetAsync("/poll?cname=t0&seq=1");
        var response = await client.ReadResponseAsync();
        const string Body =
            "3c\r\n{\"type\":\"401\",\"cname\":\"t0\",\"seq\":0,\"content\":\"Token error\"}\n\r\n0\r\n\r\n";

        Assert.Equal(
            "HTTP/1.1 200 OK\r\nExpires: 0\r\nCache-Control: no-cache\r\n"
                + "Content-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n"
                + "X-Accel-Buffering: no\r\nDate: *\r\n\r\n",
            response.HeadWithoutDate);
        Assert.Equal(Body, await client.ReadAsManyAsAsync(Body));
        await client.GetAsync("/ping");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task A_refusal_is_wrapped_in_the_callback()
    {
        var channel = NewChannel();

        Assert.Equal($"foo({Message("401", channel, 0, "Token error")});\n", await PollAsync(channel, 1, "&cb=foo"));
    }

    [Fact]
    public async Task Any_other_token_is_refused()
    {
        var channel = NewChannel();
        var token = await SignAsync(channel);
        var another = await SignAsync(NewChannel());

        foreach (var wrong in new[]
        {
            "",
            "&token=",
            "&token=wrong",
            $"&token={token[..^1]}",
            $"&token={token}0",
            $"&token={Shout(token)}",
            $"&token={another}",
            $"&token=%00{token}",
        })
        {
            Assert.Equal(Message("401", channel, 0, "Token error") + "\n", await PollAsync(channel, 0, wrong));
        }
    }

    [Theory]
    [MemberData(nameof(Transport.All), MemberType = typeof(Transport))]
    public async Task The_token_opens_the_channel(string path)
    {
        var (transport, channel) = (Transport.Named(path), NewChannel());
        var subscriber = await SubscribeAsync(transport, channel, 1, $"&token={await SignAsync(channel)}");

        await PushAsync(channel, "x");

        Assert.Equal(transport.Wrap(Data(channel, 1, "x")), await subscriber.ReadChunkAsync());
    }

    [Fact]
    public async Task One_token_serves_many_subscribers()
    {
        var channel = NewChannel();
        var token = await SignAsync(channel);
        var first = await SubscribeAsync(Transport.Stream, channel, 1, $"&token={token}");
        var second = await SubscribeAsync(Transport.Stream, channel, 1, $"&token={token}");

        await PushAsync(channel, "x");

        Assert.Equal(Data(channel, 1, "x") + "\n", await first.ReadChunkAsync());
        Assert.Equal(Data(channel, 1, "x") + "\n", await second.ReadChunkAsync());
    }

    [Fact]
    public async Task A_channel_made_by_a_push_has_a_token_as_well()
    {
        var channel = NewChannel();
        await PushAsync(channel, "x");
        Assert.Equal(Message("401", channel, 0, "Token error") + "\n", await PollAsync(channel, 1));

        Assert.Equal($"[{Data(channel, 1, "x")}]\n", await PollAsync(channel, 1, $"&token={await SignAsync(channel)}"));
    }

    [Fact]
    public async Task A_closed_channel_takes_its_token_along()
    {
        var channel = NewChannel();
        var token = await SignAsync(channel);
        await AskAsync($"/close?cname={channel}");

        Assert.Equal(Message("401", channel, 0, "Token error") + "\n", await PollAsync(channel, 0, $"&token={token}"));
        Assert.NotEqual(token, await SignAsync(channel));
    }

    [Fact]
    public async Task A_forgotten_channel_takes_its_token_along()
    {
        var channel = NewChannel();
        var presence = await ListenToPresenceAsync();
        var token = await SignAsync(channel, expires: 1);
        await UntilPresenceAsync(presence, '0', channel);

        Assert.Equal(Message("401", channel, 0, "Token error") + "\n", await PollAsync(channel, 0, $"&token={token}"));
    }

    [Fact]
    public async Task The_token_is_asked_for_before_the_room_is_looked_at()
    {
        var channel = NewChannel();
        var token = await SignAsync(channel);
        await SubscribeAsync(Transport.Stream, channel, 1, $"&token={token}");
        await SubscribeAsync(Transport.Stream, channel, 1, $"&token={token}");

        Assert.Equal(Message("401", channel, 0, "Token error") + "\n", await PollAsync(channel, 1));
        Assert.Equal(
            Message("429", channel, 0, "Too many subscribers") + "\n", await PollAsync(channel, 1, $"&token={token}"));
    }

    [Fact]
    public async Task Ping_asks_for_no_token()
    {
        Assert.Equal(200, (await FrontAsync("/ping")).Status);
    }

    private async Task<string> SignAsync(string channel, int expires = 60)
    {
        using var answer = JsonDocument.Parse(await AskAsync($"/sign?cname={channel}&expires={expires}"));
        return answer.RootElement.GetProperty("token").GetString()!;
    }

    /// <summary>The token in capitals; where it is all digits, another wrong one.</summary>
    private static string Shout(string token) => token.Any(char.IsAsciiLetter) ? token.ToUpperInvariant() : "x";
}
