using System.Text.Json;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>
/// Tokens, room and silence over /ws: told in messages, as by the other transports, since a page cannot see more of a
/// refused handshake than that it failed.
/// </summary>
[Trait("differs", "icomet")]
public sealed class WebSocketRefusals(TokenServer server) : ICometCase(server)
{
    [Fact]
    public async Task Without_the_token_a_message_says_so_and_the_socket_closes_with_1008()
    {
        var channel = NewChannel();
        using var client = await RawWebSocket.ConnectAsync(Server.Front, $"/ws?cname={channel}&seq=1");

        Assert.Equal(Message("401", channel, 0, "Token error"), await client.ReadTextAsync());
        var close = await client.ReadCloseAsync();
        Assert.Equal((1008, "Token error"), (close.CloseCode, close.CloseReason));
        Assert.False(await ExistsAsync(channel));
    }

    [Fact]
    public async Task The_token_opens_the_channel_until_it_is_full()
    {
        var channel = NewChannel();
        using var sign = JsonDocument.Parse(await AskAsync($"/sign?cname={channel}"));
        var target = $"/ws?cname={channel}&seq=1&token={sign.RootElement.GetProperty("token").GetString()}";
        using var first = await RawWebSocket.ConnectAsync(Server.Front, target);
        using var second = await RawWebSocket.ConnectAsync(Server.Front, target);
        using var third = await RawWebSocket.ConnectAsync(Server.Front, target);

        Assert.Equal(Message("429", channel, 0, "Too many subscribers"), await third.ReadTextAsync());
        Assert.Equal(1008, (await third.ReadCloseAsync()).CloseCode);
        await PushAsync(channel, "x");
        Assert.Equal(Data(channel, 1, "x"), await first.ReadTextAsync());
        Assert.Equal(Data(channel, 1, "x"), await second.ReadTextAsync());
    }
}
