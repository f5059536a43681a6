using Halley.Protocol.Clients;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>When somebody has come, and when gone.</summary>
public sealed class PresenceLedgerTests
{
    private static readonly TimeSpan Half = TimeSpan.FromMilliseconds(500);

    private readonly ManualTime _time = new();
    private readonly ClientRegistry _clients;
    private readonly PresenceLedger _ledger;

    public PresenceLedgerTests()
    {
        _clients = new ClientRegistry(ClientLimits.None, _time);
        var rooms = new ChannelNamespace("room-"u8.ToArray()) { Presence = WhoMay.Anyone, TellsPresence = true };
        _ledger = new PresenceLedger(new ChannelNamespaces([rooms]), _time);
        _clients.Ledger = _ledger;
    }

    [Fact]
    public void Who_stays_half_a_second_is_announced_once()
    {
        Begin("anna");
        _time.Advance(Half - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_ledger.TakeArrived());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("anna", Announce().User);
        Assert.Empty(_ledger.TakeArrived());
    }

    [Fact]
    public void Of_one_who_goes_before_nothing_is_said()
    {
        End(Begin("anna"));
        _time.Advance(Half);
        Assert.Empty(_ledger.TakeArrived());
        _time.Advance(PresenceLedger.Grace);
        Assert.Empty(_ledger.TakeLeft());
    }

    [Fact]
    public void Who_comes_back_in_time_has_not_gone()
    {
        var first = BeginAndAnnounce("anna");
        End(first);
        _time.Advance(PresenceLedger.Grace - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_ledger.TakeLeft());
        Assert.Single(Listed);
        var second = Begin("anna");
        _time.Advance(PresenceLedger.Grace);
        Assert.Empty(_ledger.TakeLeft());
        Assert.Empty(_ledger.TakeArrived());
        Assert.Equal((first.Id, first.Since), (second.Id, second.Since));
    }

    [Fact]
    public void Who_comes_back_too_late_or_as_another_has_gone()
    {
        End(BeginAndAnnounce("anna"));
        Begin("bert");
        _time.Advance(PresenceLedger.Grace);
        Assert.Equal(["anna"], _ledger.TakeLeft().Select(left => left.User));
        Assert.Empty(_ledger.TakeLeft());
        Assert.Empty(Listed);
    }

    [Fact]
    public void A_poll_that_is_answered_at_once_keeps_its_client()
    {
        End(BeginAndAnnounce("anna"));
        for (var n = 0; n < 5; n++)
        {
            _time.Advance(PresenceLedger.Grace / 2);
            _ledger.Touch("anna", null, ["room-1"u8.ToArray()]);
            Assert.Empty(_ledger.TakeLeft());
        }
    }

    [Fact]
    public void Who_goes_to_another_process_is_given_away_once_and_not_said_to_leave()
    {
        var anna = Begin("anna");
        _time.Advance(Half);
        var key = Announce().Key;
        Assert.Null(_ledger.HandOver(key));
        End(anna);
        Assert.Equal(anna.Id, _ledger.HandOver(key)!.Id);
        Assert.Null(_ledger.HandOver(key));

        // Until it is surely there.
        Assert.Single(Listed);
        _time.Advance(PresenceLedger.Grace);
        Assert.Empty(_ledger.TakeLeft());
        Assert.Empty(Listed);
    }

    [Fact]
    public void Who_was_in_another_process_is_the_same_here()
    {
        var anna = Begin("anna");
        _time.Advance(Half);
        var arrived = _ledger.TakeArrived().Single();
        _ledger.TakeOver(arrived, new PresentClient(arrived.Key, "anna", null, arrived.Channels)
        {
            Id = "before",
            Since = DateTimeOffset.UnixEpoch,
            ArrivedAt = arrived.ArrivedAt,
            IsAnnounced = true,
        });
        Assert.Equal(("before", DateTimeOffset.UnixEpoch), (anna.Id, anna.Since));
        Assert.Equal("before", Listed.Single().Client);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_of_a_process_that_died_has_gone_unless_it_comes_back_in_time(bool comesBack)
    {
        var anna = Begin("anna");
        _time.Advance(Half);
        var written = PresenceBequest.Write(Announce());
        var heir = new PresenceLedger(_ledger.Namespaces, _time);
        heir.Inherit([written], TimeSpan.Zero);
        Assert.Equal(anna.Id, Assert.Single(heir.In("room-1"u8.ToArray(), 10)).Client);
        if (comesBack)
        {
            Assert.Equal(anna.Id, heir.HandOver(PresenceBequest.TryRead(written, 0)!.Key)!.Id);
        }

        _time.Advance(PresenceLedger.Grace);
        Assert.Equal(comesBack ? [] : ["anna"], heir.TakeLeft().Select(left => left.User));
        Assert.Empty(heir.TakeLeft());
    }

    [Fact]
    public void One_of_a_process_that_was_silent_for_long_is_looked_for_and_has_gone()
    {
        Begin("anna");
        _time.Advance(Half);
        var written = PresenceBequest.Write(Announce());
        var heir = new PresenceLedger(_ledger.Namespaces, _time);
        Assert.Single(heir.Inherit([written], PresenceLedger.Grace * 2));

        // Once, also where it is given twice; and what is none is none.
        Assert.Empty(heir.Inherit([written, "{}"u8.ToArray(), "?"u8.ToArray()], PresenceLedger.Grace * 2));
        _time.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(heir.TakeLeft());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("anna", Assert.Single(heir.TakeLeft()).User);
    }

    [Fact]
    public void While_it_is_not_known_whether_somebody_died_who_has_come_waits_but_not_for_ever()
    {
        Begin("anna");
        Begin("bert");
        var carl = Begin("carl");
        _time.Advance(Half);
        var arrived = _ledger.TakeArrived();
        var known = arrived.Single(present => present.User == "bert");
        Assert.Equal(["bert"], _ledger.Doubt(arrived, new HashSet<UInt128> { known.Key }).Select(one => one.User));

        End(carl);
        var waiting = Assert.Single(_ledger.TakeArrived());
        Assert.Equal("anna", waiting.User);
        Assert.Empty(_ledger.Doubt([waiting], new HashSet<UInt128>()));
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(
            "anna", Assert.Single(_ledger.Doubt(_ledger.TakeArrived(), new HashSet<UInt128>())).User);
    }

    [Fact]
    public void Who_was_said_to_have_gone_by_another_process_comes_anew_and_those_who_went_are_not_mentioned()
    {
        var anna = BeginAndAnnounce("anna");
        End(BeginAndAnnounce("bert"));
        var before = (anna.Id, anna.Since);
        var carl = Begin("carl");
        _time.Advance(TimeSpan.FromSeconds(1));

        var names = _ledger.ComeAnew().Select(name => name.Latin1()).ToList();

        Assert.Equal(2, names.Count);
        Assert.Contains(names, name => name.StartsWith(before.Id, StringComparison.Ordinal));
        Assert.NotEqual(before.Id, anna.Id);
        Assert.Equal(_time.GetUtcNow(), anna.Since);
        End(carl);
        Assert.Empty(_ledger.TakeArrived());
        _time.Advance(PresenceLedger.Grace);
        Assert.Empty(_ledger.TakeLeft());
        Assert.Equal(anna.Id, Announce().Id);
    }

    [Fact]
    public void A_session_of_a_process_that_died_has_gone_at_once()
    {
        var session = new PresentClient(7, "anna", "{\"a\":1}"u8.ToArray(), ["room-1"u8.ToArray()])
        {
            Id = "before",
            Since = DateTimeOffset.UnixEpoch,
            ChannelInfo = "2"u8.ToArray(),
            ArrivedAt = 0,
            IsSession = true,
            IsAnnounced = true,
        };
        _ledger.Inherit([PresenceBequest.Write(session)], TimeSpan.Zero);
        var left = Assert.Single(_ledger.TakeLeft());
        Assert.Equal(("before", DateTimeOffset.UnixEpoch, "anna"), (left.Id, left.Since, left.User));
        Assert.Equal(("{\"a\":1}", "2"), (left.Info!.Latin1(), left.ChannelInfo!.Latin1()));
        Assert.Equal("room-1", Assert.Single(left.Channels).Latin1());
    }

    private IReadOnlyList<ListedClient> Listed => _ledger.In("room-1"u8.ToArray(), 10);

    private AdmittedClient BeginAndAnnounce(string user)
    {
        var client = Begin(user);
        _time.Advance(Half);
        Announce();
        return client;
    }

    private PresentClient Announce()
    {
        var arrived = _ledger.TakeArrived().Single();
        _ledger.Announced(arrived);
        return arrived;
    }

    private AdmittedClient Begin(string user)
    {
        var exchange = new RecordingExchange(new ManualDispatcher());
        var client = new AdmittedClient(_clients, exchange.Dispatcher, null, user) { Counts = true };
        client.Begin(exchange, ["room-1"u8.ToArray(), "other"u8.ToArray()]);
        return client;
    }

    private static void End(AdmittedClient client) => client.End();
}
