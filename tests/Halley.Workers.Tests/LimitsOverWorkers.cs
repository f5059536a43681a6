using System.Net;
using Halley.Access;
using Halley.Channels;

namespace Halley.Workers.Tests;

/// <summary>What holds over all workers together, and what in each of them.</summary>
public sealed class LimitsOverWorkers
{
    [Fact]
    public void A_channel_has_no_more_subscribers_in_a_worker_than_it_may_have()
    {
        using var world = new World(limits: new HubOptions { MaxSubscribersPerChannel = 3 });
        var clients = Enumerable.Range(0, 5).Select(n => world.Workers[0].Subscribe("news")).ToList();
        world.Run();

        Assert.Equal(3, clients.Count(client => client.Answer == AttachStatus.Attached));
        Assert.Equal(2, clients.Count(client => client.Answer == AttachStatus.TooManySubscribers));
        Assert.Equal(3, world.Subscribers("news"));
    }

    [Fact]
    public void An_address_has_one_share_of_the_channels_over_all_workers()
    {
        using var world = new World(limits: new HubOptions { MaxChannelsPerAddress = 2 });
        var one = ClientBlock.Of(IPAddress.Parse("10.0.0.1"));
        var clients = Enumerable.Range(0, 6).Select(
            n => world.Workers[n % 2].Subscribe($"c{n}", creator: one)).ToList();
        var other = world.Workers[0].Subscribe("other", creator: ClientBlock.Of(IPAddress.Parse("10.0.0.2")));
        world.Run();

        Assert.Equal(2, clients.Count(client => client.Answer == AttachStatus.Attached));
        Assert.Equal(4, clients.Count(client => client.Answer == AttachStatus.TooManyChannels));
        Assert.Equal(AttachStatus.Attached, other.Answer);
    }

    [Fact]
    public void There_are_no_more_channels_than_there_may_be()
    {
        using var world = new World(limits: new HubOptions { MaxChannels = 1 });
        var first = world.Workers[0].Subscribe("one");
        world.Run();
        var second = world.Workers[1].Subscribe("two");
        world.Run();

        Assert.Equal(AttachStatus.Attached, first.Answer);
        Assert.Equal(AttachStatus.TooManyChannels, second.Answer);
    }

    [Fact]
    public void Who_may_not_create_a_channel_does_not()
    {
        using var world = new World();
        var client = world.Workers[0].Subscribe("news", mayCreate: false);
        world.Run();

        Assert.Equal(AttachStatus.NoSuchChannel, client.Answer);
        Assert.Equal(0, world.Hub.ChannelCount);
        _ = world.Hub.FindOrCreate("news"u8);
        var next = world.Workers[0].Subscribe("news", mayCreate: false);
        world.Run();
        Assert.Equal(AttachStatus.Attached, next.Answer);
    }

    [Fact]
    public void Who_may_create_a_channel_is_not_refused_because_another_may_not()
    {
        using var world = new World();
        var may = world.Workers[0].Subscribe("news", mayCreate: false);
        var mayCreate = world.Workers[0].Subscribe("news", mayCreate: true);
        world.Run();

        Assert.Equal(AttachStatus.NoSuchChannel, may.Answer);
        Assert.Equal(AttachStatus.Attached, mayCreate.Answer);
    }

    [Fact]
    public void Subscribers_are_counted_down_when_they_leave()
    {
        using var world = new World();
        var clients = Enumerable.Range(0, 10).Select(_ => world.Workers[0].Subscribe("news")).ToList();
        world.Run();
        Assert.Equal(10, world.Subscribers("news"));
        clients.Take(4).ToList().ForEach(client => client.Leave());
        world.Run();

        Assert.Equal(6, world.Subscribers("news"));
    }

    [Fact]
    public void The_subscribers_of_a_worker_that_dies_are_counted_no_more()
    {
        using var world = new World();
        _ = world.Workers[0].Subscribe("news");
        _ = world.Workers[1].Subscribe("news");
        world.Run();
        world.Workers[0].Down.End("it died");

        Assert.Equal(1, world.Subscribers("news"));
        Assert.Equal(1, world.Hub.SubscriberCount);
        Assert.Equal("it died", world.Workers[0].WhyDeskEnded);
    }
}
