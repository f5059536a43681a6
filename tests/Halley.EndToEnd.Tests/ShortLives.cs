namespace Halley.EndToEnd.Tests;

/// <summary>Channels signed for less than the usual time, on a server where the usual time is long.</summary>
public sealed class ShortLives(OpenServer server) : ICometCase(server)
{
    [Fact]
    public async Task A_new_channel_may_be_signed_for_less_than_the_usual_time()
    {
        var channel = NewChannel();
        var presence = await ListenToPresenceAsync();

        await AskAsync($"/sign?cname={channel}&expires=1");

        await UntilPresenceAsync(presence, '0', channel);
    }

    [Fact]
    public async Task A_push_gives_a_channel_at_least_the_usual_time()
    {
        var (pushed, published, clock) = (NewChannel(), NewChannel(), NewChannel());
        var presence = await ListenToPresenceAsync();
        await AskAsync($"/sign?cname={pushed}&expires=1");
        await PushAsync(pushed, "x");
        await AskAsync($"/sign?cname={published}&expires=1");
        await PubAsync(published, "x");

        await AskAsync($"/sign?cname={clock}&expires=3");
        await UntilPresenceAsync(presence, '0', clock);

        Assert.True(await ExistsAsync(pushed));
        Assert.True(await ExistsAsync(published));
    }

    [Fact]
    public async Task A_subscriber_gives_a_channel_at_least_the_usual_time()
    {
        var (channel, clock) = (NewChannel(), NewChannel());
        var presence = await ListenToPresenceAsync();
        await AskAsync($"/sign?cname={channel}&expires=1");
        (await SubscribeAsync(Transport.Stream, channel, 1)).Client.Dispose();

        await AskAsync($"/sign?cname={clock}&expires=3");
        await UntilPresenceAsync(presence, '0', clock);

        Assert.True(await ExistsAsync(channel));
    }
}
