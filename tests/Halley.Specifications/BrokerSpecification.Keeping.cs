using System.Text;
using Halley.Channels;

namespace Halley.Specifications;

// How much is kept, and who says so.
public abstract partial class BrokerSpecification
{
    [Fact]
    public async Task A_publisher_that_does_not_say_how_much_is_kept_has_the_rule_of_the_channel()
    {
        for (var n = 1; n <= 5; n++)
        {
            await Publish(n % 2, "last:news", $"{n}");
        }

        var listener = await Listen(1, "last:news", Replay.ButOldest(0));
        await Channels.Until(() => listener.Text == "4 5", "it has the last two");
    }

    [Fact]
    public async Task What_is_not_to_be_kept_is_heard_and_not_kept()
    {
        var listeners = await Listening("news");
        await Channels.Done(
            Channels.BrokerOf(0).Publish(
                "news"u8, new Publication("now"u8.ToArray()) { Retention = new Retention(0, null) }));
        await Channels.Until(() => listeners.All(listener => listener.Text == "now"), "all hear it");

        Assert.Equal("", (await Listen(1, "news", Replay.From(1))).Text);
        Assert.Equal(2, (await Listen(1, "news", Replay.From(1))).Result!.Value.Position.Offset);
    }

    [Fact]
    public async Task Only_as_many_of_the_newest_are_kept_as_were_asked_for()
    {
        for (var n = 1; n <= 9; n++)
        {
            await Channels.Done(
                Channels.BrokerOf(0).Publish(
                    "news"u8, new Publication(Encoding.UTF8.GetBytes($"{n}")) { Retention = new Retention(3, null) }));
        }

        var listener = await Listen(1, "news", Replay.From(1));

        Assert.Equal("7 8 9", listener.Text);
        Assert.Equal(LossReason.Evicted, listener.Result!.Value.Losses.ReasonFor(6));
    }
}
