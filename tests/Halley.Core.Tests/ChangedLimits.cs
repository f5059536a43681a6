using System.Text;
using Halley.Access;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>Limits that change while there are channels: they hold from then on, and what is there stays.</summary>
public sealed class ChangedLimits : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Hub _hub;

    public ChangedLimits() => _hub = new Hub(new HubOptions { HistorySize = 5 }, _time);

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void Fewer_channels_are_let_in_and_those_there_stay()
    {
        Assert.NotNull(_hub.FindOrCreate("a"u8));
        Assert.NotNull(_hub.FindOrCreate("b"u8));

        _hub.Change(new HubOptions { MaxChannels = 1 });

        Assert.NotNull(_hub.Find("b"u8));
        Assert.Null(_hub.FindOrCreate("c"u8));
        _hub.Change(new HubOptions { MaxChannels = 3 });
        Assert.NotNull(_hub.FindOrCreate("c"u8));
    }

    [Fact]
    public void One_clients_share_is_that_of_now()
    {
        _hub.Change(new HubOptions { MaxChannelsPerAddress = 1 });
        var client = ClientBlock.Of(System.Net.IPAddress.Loopback);

        Assert.True(_hub.CountsCreators);
        Assert.NotNull(_hub.FindOrCreate("a"u8, client));
        Assert.Null(_hub.FindOrCreate("b"u8, client));
    }

    [Fact]
    public async Task A_channel_keeps_as_many_messages_as_is_said_now()
    {
        await Publish(3);
        _hub.Change(new HubOptions { HistorySize = 1 });

        await Publish(1);
        Assert.Equal(1, _hub.StoredCount);

        _hub.Change(new HubOptions { HistorySize = 0 });
        await Publish(1);
        Assert.InRange(_hub.StoredCount, 0, 1);
    }

    [Fact]
    public async Task What_may_be_stored_is_what_is_said_now()
    {
        _hub.Change(new HubOptions { MaxStoredBytes = 3 });

        var result = await _hub.Broker.Publish("a"u8, new Publication(Encoding.UTF8.GetBytes("four")));

        Assert.Equal(PublishStatus.OutOfMemory, result.Status);
    }

    [Fact]
    public async Task Idempotency_keys_are_as_many_as_is_said_now()
    {
        _hub.Change(new HubOptions { MaxIdempotencyKeys = 1 });

        var publication = new Publication("a"u8.ToArray()) { IdempotencyKey = "1"u8.ToArray() };
        Assert.Equal(PublishStatus.Published, (await _hub.Broker.Publish("a"u8, publication)).Status);
        publication = publication with { IdempotencyKey = "2"u8.ToArray() };
        Assert.Equal(PublishStatus.TooManyKeys, (await _hub.Broker.Publish("a"u8, publication)).Status);
    }

    private async Task Publish(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _hub.Broker.Publish("a"u8, new Publication("m"u8.ToArray()));
        }
    }
}
