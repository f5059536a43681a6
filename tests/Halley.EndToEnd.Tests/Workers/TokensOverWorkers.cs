using Halley.Testing;

namespace Halley.EndToEnd.Tests.Workers;

/// <summary>A token of the publishers' port opens its channel at every worker, and nothing else does.</summary>
public sealed class TokensOverWorkers(
    TokensOverWorkers.SigningServer server) : WorkerCase(server), IClassFixture<TokensOverWorkers.SigningServer>
{
    public sealed class SigningServer() : SharedServer(new ICometConf { Auth = "token" }, "--workers", $"{Workers}");

    [Fact]
    public async Task A_token_opens_its_channel_at_every_worker_and_another_at_none()
    {
        var (channel, other) = (NewChannel(), NewChannel());
        var (token, otherToken) = (await SignAsync(channel), await SignAsync(other));
        for (var n = 0; n < 12; n++)
        {
            var refused = await SubscribeAsync(Transport.Stream, channel, 1, $"&token={otherToken}");
            Assert.Equal(Message("401", channel, 0, "Token error") + "\n", await refused.ReadChunkAsync());
            _ = await SubscribeAsync(Transport.Stream, channel, 1, $"&token={token}");
        }

        await UntilSubscribersAsync(channel, 12);
    }

    [Fact]
    public async Task A_subscriber_creates_no_channel_at_any_worker()
    {
        var channel = NewChannel();
        for (var n = 0; n < 6; n++)
        {
            var refused = await SubscribeAsync(Transport.Stream, channel, 1, "&token=0123456789abcdef0123456789abcdef");
            Assert.Equal(Message("401", channel, 0, "Token error") + "\n", await refused.ReadChunkAsync());
        }

        Assert.False(await ExistsAsync(channel));
        _ = await SubscribeAsync(Transport.Stream, channel, 1, $"&token={await SignAsync(channel)}");
        await UntilSubscribersAsync(channel, 1);
    }

    private async Task<string> SignAsync(string channel)
    {
        var answer = await AskAsync($"/sign?cname={channel}");
        var start = answer.IndexOf("\"token\":\"", StringComparison.Ordinal) + 9;
        return answer[start..(start + 32)];
    }
}
