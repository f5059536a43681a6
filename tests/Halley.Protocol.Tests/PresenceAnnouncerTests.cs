using System.Text;
using Halley.Broker;
using Halley.Channels;
using Halley.Following;
using Halley.Protocol.Clients;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>What several processes say of comings and goings, some of which are taken for dead.</summary>
public sealed class PresenceAnnouncerTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Hub _shared;
    private readonly Process _one;
    private readonly Process _other;

    public PresenceAnnouncerTests()
    {
        _shared = new Hub(new HubOptions { HistorySize = 100 }, _time);
        _one = new Process(_shared, _time);
        _other = new Process(_shared, _time);
    }

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
        _shared.Dispose();
    }

    [Fact]
    public void A_going_that_two_processes_know_of_is_said_once()
    {
        var anna = _one.Begin("anna");
        Pass(1);
        var left = _one.Broker.Bequeathed.Values.ToList();
        anna.End();
        _other.Hub.Inherit(left, TimeSpan.FromSeconds(10));
        Assert.Single(_other.Broker.Bequeathed);

        Pass(10);

        Assert.Equal(["join anna", "leave anna"], Said);
        Assert.Empty(_one.Broker.Bequeathed);
        Assert.Empty(_other.Broker.Bequeathed);
    }

    [Fact]
    public void Who_comes_while_a_process_does_not_answer_waits_until_it_is_known_whether_it_was_there_before()
    {
        var before = _one.Begin("anna").Id;
        Pass(1);
        var left = _one.Broker.Bequeathed.Values.ToList();

        // The one has died, which nobody knows yet.
        _other.Broker.IsWhole = false;
        var anna = _other.Begin("anna");
        Pass(3);
        Assert.Equal(["join anna"], Said);

        _other.Broker.IsWhole = true;
        _other.Hub.Inherit(left, TimeSpan.FromSeconds(10));
        Pass(5);

        Assert.Equal(["join anna"], Said);
        Assert.Equal(before, anna.Id);
        Assert.Single(_other.Broker.Bequeathed);
    }

    [Fact]
    public void Who_comes_while_a_process_does_not_answer_is_announced_in_the_end()
    {
        _other.Broker.IsWhole = false;
        _other.Begin("anna");

        Pass(7);
        Assert.Empty(Said);
        Pass(2);
        Assert.Equal(["join anna"], Said);
    }

    [Fact]
    public async Task A_process_that_was_taken_for_dead_has_its_clients_come_anew_and_says_that_they_leave()
    {
        var anna = _one.Begin("anna");
        _one.Begin("bert").End();
        Pass(1);
        _other.Hub.Inherit([.. _one.Broker.Bequeathed.Values], TimeSpan.FromSeconds(10));
        _one.Broker.Bequeathed.Clear();
        Pass(3);

        await _one.Hub.SurveyHere(Hub.WasTakenForDead, []);
        Pass(1);
        Assert.Equal(["join anna", "leave anna", "join anna"], Said);
        Assert.Single(_one.Broker.Bequeathed);

        anna.End();
        Pass(6);
        Assert.Equal(["join anna", "leave anna", "join anna", "leave anna"], Said);
    }

    private IEnumerable<string> Said => _shared.Find("room-1:presence"u8)?.Read(Replay.From(1)).Select(message =>
    {
        var text = Encoding.UTF8.GetString(message.Payload);
        return $"{text.Split('"')[1]} {text.Split("\"user\":\"")[1].Split('"')[0]}";
    }) ?? [];

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private sealed class Process : IDisposable
    {
        private readonly ClientRegistry _clients;
        private readonly PresenceAnnouncer _announcer;

        public Process(Hub shared, TimeProvider time)
        {
            Hub = new Hub(new HubOptions(), time);
            Broker = new SharedBroker(shared.Broker, Hub);
            Hub.Use(Broker);
            _clients = new ClientRegistry(ClientLimits.None, time);
            var rooms = new ChannelNamespace("room-"u8.ToArray()) { Presence = WhoMay.Anyone, TellsPresence = true };
            _announcer = PresenceAnnouncer.Begin(new ChannelNamespaces([rooms]), _clients, Hub, time)!;
        }

        public Hub Hub { get; }

        public SharedBroker Broker { get; }

        public AdmittedClient Begin(string user)
        {
            var exchange = new RecordingExchange(new ManualDispatcher());
            var client = new AdmittedClient(_clients, exchange.Dispatcher, null, user) { Counts = true };
            client.Begin(exchange, ["room-1"u8.ToArray()]);
            return client;
        }

        public void Dispose()
        {
            _announcer.Dispose();
            Hub.Dispose();
        }
    }

    /// <summary>A broker that several processes share, and inherit from each other.</summary>
    private sealed class SharedBroker(IBroker shared, Hub here) : IBroker
    {
        public Dictionary<byte[], byte[]> Bequeathed { get; } = new(NameComparer.Instance);

        public bool IsWhole { get; set; } = true;

        public ValueTask<PublishResult> Publish(ReadOnlySpan<byte> channel, in Publication publication) =>
            shared.Publish(channel, publication);

        public ValueTask<IReadOnlyList<byte[]>> Survey(string question, byte[] argument) =>
            here.SurveyHere(question, argument);

        public async ValueTask<SurveyResult> SurveyAll(string question, byte[] argument) =>
            new(await Survey(question, argument), IsWhole);

        public ValueTask<bool> Bequeath(byte[] key, byte[]? what)
        {
            if (what is null)
            {
                Bequeathed.Remove(key);
            }
            else
            {
                Bequeathed[key] = what;
            }

            return new(true);
        }

        public ValueTask<long> PublishToAll(byte[] payload, IDispatcher dispatcher) =>
            shared.PublishToAll(payload, dispatcher);

        public ValueTask<FollowResult> Follow(ReadOnlySpan<byte> channel, in AttachOptions options) =>
            shared.Follow(channel, options);

        public ValueTask<bool> Create(ReadOnlySpan<byte> channel, TimeSpan idleTimeout) =>
            shared.Create(channel, idleTimeout);

        public ValueTask<Reservation?> Reserve(ReadOnlySpan<byte> channel, TimeSpan keepFor, int newest) =>
            shared.Reserve(channel, keepFor, newest);

        public ValueTask<ChannelState?> Close(ReadOnlySpan<byte> channel, byte[]? farewell = null) =>
            shared.Close(channel, farewell);

        public ValueTask<StreamPosition?> Clear(ReadOnlySpan<byte> channel) => shared.Clear(channel);

        public ValueTask<ChannelState?> Info(ReadOnlySpan<byte> channel) => shared.Info(channel);

        public ValueTask<IReadOnlyList<NamedState>> List(ReadOnlySpan<byte> prefix) => shared.List(prefix);

        public ValueTask<Counts> Count() => shared.Count();

        public AttachResult FollowPresence(Subscription follower, IDispatcher dispatcher) =>
            shared.FollowPresence(follower, dispatcher);
    }
}
