using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Tests;

/// <summary>What a ledger makes of what is published, heard and told.</summary>
public sealed class LedgerTests
{
    private readonly Ledger _ledger = new();
    private readonly Hearing _hearing;
    private readonly Lane _lane;

    public LedgerTests()
    {
        _hearing = _ledger.HearingOf("news", "somebody");
        _lane = _ledger.Open("news");
    }

    [Fact]
    public async Task What_was_sent_is_awaited_until_it_is_answered_with_whatever()
    {
        var other = _ledger.Open("news");
        _lane.Next();
        other.Next();
        var answered = _ledger.UntilAnsweredAsync(_ledger.Sent);
        _ledger.Open("news").Next();
        _lane.Acknowledge();

        Assert.False(answered.IsCompleted);
        other.GiveUp();
        await answered;
    }

    [Fact]
    public void What_is_heard_once_and_in_order_is_no_breach()
    {
        _hearing.Tell(Notice.Exact, "7", 1);
        Hear(Publish(), 1);
        Hear(Publish(), 2);

        Assert.Equal(new Totals(2, 2, 2, 0, 0, 0, 0, 0), Closed());
        Assert.Equal(("7", 3), _hearing.Place);
    }

    [Fact]
    public void What_was_acknowledged_and_never_comes_is_lost_untold()
    {
        _hearing.Tell(Notice.Exact, "7", 1);
        Publish();

        Assert.Equal(["somebody news: 0.1"], _ledger.Owed());
        Assert.Equal(1, Closed().LostUntold);
    }

    [Fact]
    public void What_was_not_acknowledged_may_come_or_not()
    {
        _hearing.Tell(Notice.Exact, "7", 1);
        _lane.Next();
        var other = _ledger.Open("news");
        Hear(other.Next(), 1);

        Assert.True(Closed().IsClean);
    }

    [Fact]
    public void A_message_that_is_skipped_is_lost_untold_when_a_later_one_comes()
    {
        _hearing.Tell(Notice.Exact, "7", 1);
        Publish();
        Hear(Publish(), 2);

        Assert.Equal(1, _ledger.Totals.LostUntold);
    }

    [Fact]
    public void A_message_that_comes_after_a_later_one_is_out_of_order_and_not_lost()
    {
        _hearing.Tell(Notice.Exact);
        var (first, second) = (Publish(), Publish());
        _hearing.Hear(second);
        _hearing.Hear(first);

        Assert.Equal((1, 0), (Closed().OutOfOrder, Closed().LostUntold));
    }

    [Fact]
    public void A_message_that_comes_twice_is_repeated()
    {
        _hearing.Tell(Notice.Exact, "7", 1);
        var text = Publish();
        Hear(text, 1);
        Hear(text, 2);

        Assert.Equal(1, Closed().Repeated);
    }

    [Fact]
    public void A_number_that_is_skipped_without_a_word_is_lost_untold_whatever_it_was()
    {
        _hearing.Tell(Notice.Exact, "7", 1);
        Hear(Publish(), 2);

        Assert.Equal(1, Closed().LostUntold);
    }

    [Theory]
    [InlineData(Notice.Gap)]
    [InlineData(Notice.Reset)]
    public void Who_is_told_that_messages_are_missing_is_owed_what_is_sent_later(Notice notice)
    {
        _hearing.Tell(Notice.Exact, "7", 1);
        Publish();
        _hearing.Tell(notice, "8", 2);
        Assert.Empty(_ledger.Owed());
        Publish();

        Assert.Equal(["somebody news: 0.2"], _ledger.Owed());
        Assert.Equal(1, _ledger.Totals.Told);
    }

    [Fact]
    public void After_a_reset_what_was_known_may_come_again_and_after_a_gap_it_may_not()
    {
        _hearing.Tell(Notice.Exact, "7", 1);
        var text = Publish();
        Hear(text, 1);
        _hearing.Tell(Notice.Reset, "8", 1, again: 1);
        Hear(text, 1);
        Assert.True(_ledger.Totals.IsClean);
        Assert.Equal(1, _ledger.Totals.HeardAgain);

        _hearing.Tell(Notice.Gap, "8", 1);
        Hear(text, 1);
        Assert.Equal(1, _ledger.Totals.Repeated);
    }

    [Fact]
    public void Who_was_never_let_in_is_owed_everything()
    {
        Assert.Equal(["somebody news: never let in"], _ledger.Owed());
    }

    [Fact]
    public void A_message_of_another_channel_is_a_breach()
    {
        _hearing.Tell(Notice.Exact, "7", 1);
        Hear(_ledger.Open("sports").Next(), 1);

        Assert.Equal("OutOfOrder: somebody news: 1.1 was never sent here", $"{_ledger.Breaches[0]}");
    }

    [Fact]
    public void What_is_forgiven_need_not_come_and_what_is_sent_later_must()
    {
        _hearing.Tell(Notice.Exact);
        Publish();
        _ledger.Forgive(since: 0);
        Publish();

        Assert.Equal(["somebody news: 0.2"], _ledger.Owed());
    }

    private string Publish()
    {
        var text = _lane.Next();
        _lane.Acknowledge();
        return text;
    }

    private void Hear(string text, long offset) => _hearing.Hear(text, offset);

    private Totals Closed()
    {
        if (_ledger.Totals.IsClean)
        {
            _ledger.Close();
        }

        return _ledger.Totals;
    }
}
