using System.Text;
using Halley.Channels;
using Halley.Outbox;
using Halley.Protocol.Clients;
using Halley.Server.Configuration;
using Halley.Server.Webhooks;
using Halley.Testing.Doubles;

namespace Halley.Server.Tests.Webhooks;

/// <summary>What is noted of occupied channels where several nodes keep that together.</summary>
public sealed class OccupancyTests
{
    [Fact]
    public void What_others_may_have_forgotten_is_noted_anew()
    {
        var time = new ManualTime();
        using var hub = new Hub(new HubOptions(), time);
        var outbox = new RecordingOutbox();
        var section = new WebhookSection { Name = "app", Events = WebhookEvents.Occupied | WebhookEvents.Vacated };
        section.Prefixes.Add([]);
        using var occupancy = new Occupancy(new WebhookRules([section], new ChannelNamespaces([]), time), outbox, time);
        hub.Observe(occupancy);
        var left = Attach(hub, "left");
        _ = Attach(hub, "news");
        time.Advance(TimeSpan.FromSeconds(1));
        left.Detach();
        Assert.Equal(["left True", "news True"], outbox.Noted.Order());
        outbox.Noted.Clear();

        occupancy.NoteAnew();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["news True"], outbox.Noted);

        time.Advance(Occupancy.Grace);
        Assert.Equal(["news True", "left False"], outbox.Noted);
    }

    private static RecordingSubscriber Attach(Hub hub, string channel)
    {
        var subscriber = new RecordingSubscriber();
        hub.Attach(
            Encoding.UTF8.GetBytes(channel),
            subscriber,
            new AttachOptions { MayCreate = true },
            new RequestAtOnce(new ManualDispatcher()));
        return subscriber;
    }

    private sealed class RecordingOutbox : IOutbox
    {
        event Action? IOutbox.Added
        {
            add => _ = value;
            remove => _ = value;
        }

        public List<string> Noted { get; } = [];

        public ValueTask SetOccupied(byte[] channel, bool isOccupied, OutboxEntry entry)
        {
            Noted.Add($"{Encoding.UTF8.GetString(channel)} {isOccupied}");
            return default;
        }

        public ValueTask<OutboxBatch?> Read(string receiver, int most) => new((OutboxBatch?)null);

        public ValueTask Remove(string receiver, OutboxBatch batch, int count) => default;

        public ValueTask Leave(string receiver) => default;
    }
}
