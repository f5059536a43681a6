using System.Text.Json;
using Halley.Client.Subscribing;

namespace Halley.Client.Tests;

public sealed class TrackTests
{
    private readonly List<ChannelItem> _items = [];

    [Fact]
    public void A_message_that_comes_again_is_dropped()
    {
        var track = Follow(null, Exact(5), Data(5), Data(6), Data(5), Data(6), Data(7));

        Assert.Equal(["7:5 five", "7:6 five", "7:7 five"], Told());
        Assert.Equal(new StreamPosition("7", 7), track.Position);
    }

    [Fact]
    public void A_jump_that_nobody_explains_is_a_gap()
    {
        Follow(null, Exact(1), Data(1), Data(4));

        Assert.Equal(["7:1 five", "7:3 gap: 2 to 3 are lost, unknown", "7:4 five"], Told());
    }

    [Fact]
    public void A_gap_is_told_once_and_without_what_was_heard()
    {
        Follow(At(3), Gap(2, 6), Data(7), Gap(2, 6));

        Assert.Equal(["7:6 gap: 4 to 6 are lost, evicted", "7:7 five"], Told());
    }

    [Fact]
    public void What_lies_before_a_gap_and_never_came_is_told_too()
    {
        Follow(At(3), Gap(6, 8));

        Assert.Equal(
            ["7:5 gap: 4 to 5 are lost, unknown", "7:8 gap: 6 to 8 are lost, evicted"], Told());
    }

    [Fact]
    public void A_reset_begins_anew_where_the_server_says()
    {
        var track = Follow(At(40), new WireEvent { Type = "reset", Seq = 1, Epoch = "8", Reason = "epoch" }, Data(1));

        Assert.Equal(["8:0 reset: the channel began anew, epoch", "8:1 five"], Told());
        Assert.Equal(new StreamPosition("8", 1), track.Position);
    }

    [Fact]
    public void Another_epoch_that_is_called_exact_is_a_reset()
    {
        Follow(At(40), new WireEvent { Type = "exact", Seq = 41, Epoch = "8" });

        Assert.Equal(["8:40 reset: the channel began anew, epoch"], Told());
    }

    [Theory]
    [InlineData("7", 5, "Continue")]
    [InlineData("7", 6, "Behind")]
    [InlineData("8", 5, "Behind")]
    public void A_heartbeat_says_whether_something_was_lost(string epoch, long top, string verdict)
    {
        var track = Follow(At(5), Exact(6));

        Assert.Equal(
            verdict, track.Take(new WireEvent { Type = "noop", Seq = 1, Epoch = epoch, Top = top }, _items).ToString());
    }

    [Fact]
    public void Numbers_that_cannot_be_are_not_believed()
    {
        var track = Follow(At(5), Exact(6));

        Assert.Throws<JsonException>(() => track.Take(Data(0), _items));
        Assert.Throws<JsonException>(() => track.Take(Data(1L << 53), _items));
        Assert.Throws<JsonException>(() => track.Take(new WireEvent { Type = "exact", Seq = 6, Epoch = "x" }, _items));
        Assert.Throws<JsonException>(() => track.Take(Gap(-1, 7), _items));
        Assert.Equal(new StreamPosition("7", 5), track.Position);
    }

    [Fact]
    public void Who_stands_nowhere_is_given_what_comes()
    {
        var track = Follow(null, Exact(9));

        Assert.Equal(new StreamPosition("7", 8), track.Position);
        Assert.Empty(_items);
    }

    private static StreamPosition At(long offset) => new("7", offset);

    private static WireEvent Exact(long seq) => new() { Type = "exact", Seq = seq, Epoch = "7" };

    private static WireEvent Data(long seq) => new() { Type = "data", Seq = seq, Content = "five" };

    private static WireEvent Gap(long from, long to) =>
        new() { Type = "gap", Seq = to + 1, Epoch = "7", From = from, To = to, Reason = "evicted" };

    private Track Follow(StreamPosition? from, params WireEvent[] said)
    {
        var track = new Track("news", from);
        Assert.All(said, one => track.Take(one, _items));
        return track;
    }

    private IEnumerable<string> Told() => _items.Select(item => $"{item.Position} {item}");
}
