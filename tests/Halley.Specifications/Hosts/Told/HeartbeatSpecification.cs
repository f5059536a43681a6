namespace Halley.Specifications.Hosts.Told;

/// <summary>
/// Silence, over every transport: heartbeats say what the newest message is, and who was away for longer than one of
/// them misses nothing.
/// </summary>
/// <inheritdoc/>
public abstract class HeartbeatSpecification(HostStart start) : ToldSpecification(start)
{
    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_heartbeat_says_which_message_is_the_newest(string wire)
    {
        await using var host = await StartAsync(new HostSetup { Time = Time });
        var subscriber = await SettledAsync(host, wire);
        await PublishAsync(host, "a");
        await subscriber.HearAsync(1);
        await subscriber.OpenUnlessOpenAsync();
        for (var silence = 2; silence <= 3; silence++)
        {
            await UntilSubscribedAsync(host, 1);
            Time.Advance(ServedHost.Silence + TimeSpan.FromSeconds(1));

            // That its number is right was checked when it was heard.
            await subscriber.HearAsync(silence);
            await subscriber.OpenUnlessOpenAsync();
        }

        Assert.Equal(["a", "noop ", "noop "], subscriber.Heard);
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task Away_for_longer_than_a_heartbeat(string wire)
    {
        // A channel is kept for as long as somebody may come back to it.
        await using var host = await StartAsync(
            new HostSetup { Time = Time, Channels = channels => channels.IdleTimeout = TimeSpan.FromHours(1) });
        var subscriber = await SettledAsync(host, wire);
        subscriber.Leave();
        await UntilSubscribedAsync(host, 0);
        Time.Advance(3 * ServedHost.Silence);
        await PublishAsync(host, "a");

        await subscriber.HearAsync(1);

        Assert.Equal(["a"], subscriber.Heard);
    }
}
