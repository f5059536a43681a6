namespace Halley.EndToEnd.Tests;

/// <summary>
/// How long a channel lives. The clock of these cases is another channel: what it outlives, or not, is what is said.
/// </summary>
public sealed class Expiry(HastyServer hasty) : ICometCase(hasty)
{
    [Fact]
    public async Task A_channel_nobody_uses_is_forgotten_with_its_messages_and_its_count()
    {
        var channel = NewChannel();
        var presence = await ListenToPresenceAsync();
        await PushAsync(channel, "one", "two");
        await UntilPresenceAsync(presence, '0', channel);

        Assert.False(await ExistsAsync(channel));
        Assert.Equal(Message("next_seq", channel, 1) + "\n", await PollAsync(channel, 3));
    }

    [Fact]
    public async Task A_channel_is_kept_while_it_has_a_subscriber()
    {
        var (channel, clock) = (NewChannel(), NewChannel());
        var presence = await ListenToPresenceAsync();
        await SubscribeAsync(Transport.Stream, channel, 1);

        await AskAsync($"/sign?cname={clock}&expires=3");
        await UntilPresenceAsync(presence, '0', clock);

        Assert.True(await ExistsAsync(channel));
        await PushAsync(channel, "x");
        Assert.Equal($"[{Data(channel, 1, "x")}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task A_channel_is_forgotten_after_its_last_subscriber_left()
    {
        var channel = NewChannel();
        var presence = await ListenToPresenceAsync();
        var first = await SubscribeAsync(Transport.Stream, channel, 1);
        var last = await SubscribeAsync(Transport.Poll, channel, 1);
        first.Client.Dispose();
        last.Client.Dispose();

        await UntilPresenceAsync(presence, '0', channel);

        Assert.False(await ExistsAsync(channel));
    }

    [Fact]
    public async Task A_channel_lives_as_long_as_it_was_signed_for()
    {
        var (signed, clock) = (NewChannel(), NewChannel());
        var presence = await ListenToPresenceAsync();
        await AskAsync($"/sign?cname={signed}&expires=60");
        await PushAsync(clock, "x");
        await UntilPresenceAsync(presence, '0', clock);

        Assert.True(await ExistsAsync(signed));
    }

    [Fact]
    public async Task A_long_life_is_not_shortened_by_a_push_or_by_a_subscriber_that_left()
    {
        var (signed, clock) = (NewChannel(), NewChannel());
        var presence = await ListenToPresenceAsync();
        await AskAsync($"/sign?cname={signed}&expires=60");
        await PushAsync(signed, "x");
        (await SubscribeAsync(Transport.Stream, signed, 2)).Client.Dispose();
        await UntilSubscribersAsync(signed, 0);
        await PushAsync(clock, "x");
        await UntilPresenceAsync(presence, '0', clock);

        Assert.True(await ExistsAsync(signed));
    }

    [Fact]
    public async Task A_channel_that_exists_comes_again_and_again()
    {
        var channel = NewChannel();
        var presence = await ListenToPresenceAsync();
        await SubscribeAsync(Transport.Stream, channel, 1);

        await UntilPresenceAsync(presence, '1', channel);
        await UntilPresenceAsync(presence, '1', channel);
        await UntilPresenceAsync(presence, '1', channel);
    }
}
