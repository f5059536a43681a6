using System.Text;
using Halley.Chaos.Clients;
using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Tests;

/// <summary>What readers of several protocols enter in a ledger.</summary>
public sealed class ReaderTests
{
    private readonly Ledger _ledger = new();
    private readonly Hearing _hearing;
    private readonly Lane _lane;

    public ReaderTests()
    {
        _hearing = _ledger.HearingOf("news");
        _lane = _ledger.Open("news");
    }

    [Fact]
    public void What_Halley_tells_is_read_from_an_array_as_from_single_objects()
    {
        var text = _lane.Next();
        Told("""{"type":"exact","cname":"news","seq":5,"epoch":"7","count":1,"content":""}""");
        Told($$"""[{"type":"data","cname":"news","seq":5,"content":"{{text}}"},{"type":"noop","seq":1,"top":5}]""");

        Assert.Equal(("7", 6), _hearing.Place);
        Assert.Equal(new Totals(1, 0, 1, 0, 0, 0, 0, 0), _ledger.Totals);
    }

    [Fact]
    public void A_reset_says_how_much_may_come_again()
    {
        Told("""{"type":"exact","seq":5,"epoch":"7","count":0}""");
        Told("""{"type":"reset","seq":1,"epoch":"8","reason":"epoch","count":3}""");

        Assert.Equal(("8", 1), _hearing.Place);
        Assert.Equal((1, 3), (_ledger.Totals.Told, _ledger.Totals.HeardAgain));
    }

    [Theory]
    [InlineData("{\"type\":\"next_seq\",\"seq\":1}", false)]
    [InlineData("{\"type\":", true)]
    [InlineData("{\"type\":\"data\",\"seq\":\"one\",\"content\":\"\"}", true)]
    public void What_was_not_asked_for_is_a_breach_and_what_is_no_JSON_an_error(string told, bool isError)
    {
        if (isError)
        {
            Assert.Throws<InvalidDataException>(() => Told(told));
            return;
        }

        Told(told);
        Assert.False(_ledger.Totals.IsClean);
    }

    [Fact]
    public void A_number_that_an_iComet_has_skipped_can_be_seen()
    {
        Numbered($$"""{"type":"data","cname":"news","seq":"5","content":"{{Published()}}"}""");
        Published();
        Numbered($$"""[{"type":"data","cname":"news","seq":"7","content":"{{Published()}}"}]""");

        Assert.True(_ledger.Totals.IsClean);
        Assert.Equal(1, _ledger.Totals.Told);
    }

    [Fact]
    public void An_event_counts_when_it_is_whole_and_its_id_is_shown_then()
    {
        var reader = new EventReader(_hearing);
        reader.Begin();
        Lines(reader, "id: 17:0", $"data: {Published()}");
        Assert.Equal("", reader.LastId);

        // Cut off in between: it comes again.
        reader.Begin();
        Lines(reader, "id: 17:0", "data: 0.1", "", ": ping", "");

        Assert.Equal("17:0", reader.LastId);
        Assert.Equal(1, _ledger.Totals.Delivered);
        Assert.True(_ledger.Totals.IsClean);
    }

    private string Published()
    {
        var text = _lane.Next();
        _lane.Acknowledge();
        return text;
    }

    private static void Lines(EventReader reader, params string[] lines)
    {
        foreach (var line in lines)
        {
            reader.Take(Encoding.UTF8.GetBytes(line));
        }
    }

    private void Told(string json) => ToldReader.Take(_hearing, Encoding.UTF8.GetBytes(json));

    private void Numbered(string json) => NumberedReader.Take(_hearing, Encoding.UTF8.GetBytes(json));
}
