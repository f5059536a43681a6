using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>A message breaks the silence: the next noop is counted from it.</summary>
public sealed class SilenceIsCountedAnew(
    SilenceIsCountedAnew.PatientServer server) : ICometCase(server), IClassFixture<SilenceIsCountedAnew.PatientServer>
{
    public sealed class PatientServer() : SharedServer(new ICometConf { PollingTimeout = 4 });

    [Fact]
    public async Task A_message_puts_off_the_next_noop()
    {
        var (silent, spoken, clock) = (NewChannel(), NewChannel(), NewChannel());
        var presence = await ListenToPresenceAsync();
        var left = await SubscribeAsync(Transport.Stream, silent, 1);
        var right = await SubscribeAsync(Transport.Stream, spoken, 1);

        // A channel that ends after 2 to 3 seconds is the clock; then 1 to 3 are left for the silent one, and 4 to 5
        // for the other.
        await AskAsync($"/sign?cname={clock}&expires=2");
        await UntilPresenceAsync(presence, '0', clock);
        await PushAsync(spoken, "one");
        Assert.Equal(Message("noop", silent, 0) + "\n", await left.ReadChunkAsync());
        await PushAsync(spoken, "two");

        Assert.Equal(Data(spoken, 1, "one") + "\n", await right.ReadChunkAsync());
        Assert.Equal(Data(spoken, 2, "two") + "\n", await right.ReadChunkAsync());
        Assert.Equal(Message("noop", spoken, 0) + "\n", await right.ReadChunkAsync());
    }
}
