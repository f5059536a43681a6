using System.Text;
using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>What those are told that come back with a place, as the hub counts it.</summary>
public sealed class PositionsAnswered : IDisposable
{
    private readonly Hub _hub = new(new HubOptions { HistorySize = 2 }, TimeProvider.System);

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void Each_counts_once_by_the_worst_that_it_was_told()
    {
        var first = Publish("1");
        Attach(first with { Offset = 2 });
        foreach (var text in (string[])["2", "3", "4", "5", "6"])
        {
            Publish(text);
        }

        Attach(first with { Offset = 2 });
        Attach(new StreamPosition(first.Epoch + 1, 2));
        Attach(new StreamPosition(first.Epoch, 99));

        Assert.Equal((1, 1, 2), Counts());
    }

    [Fact]
    public void A_poll_that_only_waits_is_told_nothing_and_counts_when_it_is()
    {
        var place = Publish("1") with { Offset = 2 };
        Attach(place, onlyToWait: true);
        Assert.Equal((0, 0, 0), Counts());
        Publish("2");
        Attach(place, onlyToWait: true);
        Assert.Equal((1, 0, 0), Counts());
    }

    [Fact]
    public void Who_knows_nothing_of_places_does_not_count()
    {
        Publish("1");
        Attach(Replay.From(1), onlyToWait: false);
        Assert.Equal((0, 0, 0), Counts());
    }

    private (long Exact, long Gap, long Reset) Counts() => (
        _hub.PositionCount(PositionNoticeKind.Exact),
        _hub.PositionCount(PositionNoticeKind.Gap),
        _hub.PositionCount(PositionNoticeKind.Reset));

    private StreamPosition Publish(string text) =>
        _hub.Broker.Publish("news"u8, new Publication(Encoding.UTF8.GetBytes(text))).Now().Position;

    private void Attach(StreamPosition place, bool onlyToWait = false) => Attach(Replay.Resume(place), onlyToWait);

    private void Attach(Replay replay, bool onlyToWait) => _hub.Attach(
        "news"u8,
        new RecordingSubscriber(),
        new AttachOptions { Replay = replay, OnlyToWait = onlyToWait },
        new RequestAtOnce(new ManualDispatcher()));
}
