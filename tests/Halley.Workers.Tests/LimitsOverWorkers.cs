using System.Net;
using Halley.Access;

namespace Halley.Workers.Tests;

/// <summary>The limits of the node hold over all its workers together.</summary>
public sealed class LimitsOverWorkers
{
    [Fact]
    public void A_channel_has_no_more_subscribers_than_it_may_have_wherever_they_come()
    {
        using var world = new World(limits: new HubOptions { MaxSubscribersPerChannel = 3 }, asksForPlaces: true);
        var clients = Enumerable.Range(0, 8).Select(n => world.Workers[n % 2].Subscribe("news")).ToList();
        world.Run();

        Assert.Equal(3, clients.Count(client => client.Answer == FindStatus.Found));
        Assert.Equal(5, clients.Count(client => client.Answer == FindStatus.TooManySubscribers));
        Assert.Equal(3, world.Subscribers("news"));
    }

    [Fact]
    public void A_place_that_gets_free_at_one_worker_is_given_to_another()
    {
        using var world = new World(limits: new HubOptions { MaxSubscribersPerChannel = 1 }, asksForPlaces: true);
        var first = world.Workers[0].Subscribe("news");
        world.Run();
        first.Leave();
        world.Pass(1);
        var second = world.Workers[1].Subscribe("news");
        world.Run();

        Assert.Equal(FindStatus.Found, second.Answer);
        Assert.Equal(1, world.Subscribers("news"));
    }

    [Fact]
    public void A_place_given_to_who_has_gone_meanwhile_gets_free()
    {
        using var world = new World(limits: new HubOptions { MaxSubscribersPerChannel = 2 }, asksForPlaces: true);
        var stays = world.Workers[0].Subscribe("news");
        world.Run();
        world.Workers[0].Subscribe("news").HasGone = true;
        world.Run();
        Assert.Equal(2, world.Subscribers("news"));
        world.Pass(3);

        Assert.Equal(1, world.Subscribers("news"));
        Assert.Equal(FindStatus.Found, stays.Answer);
    }

    [Fact]
    public void An_address_has_one_share_of_the_channels_over_all_workers()
    {
        using var world = new World(limits: new HubOptions { MaxChannelsPerAddress = 2 });
        var one = ClientBlock.Of(IPAddress.Parse("10.0.0.1"));
        var clients = Enumerable.Range(0, 6).Select(n => world.Workers[n % 2].Subscribe($"c{n}", creator: one)).ToList();
        var other = world.Workers[0].Subscribe("other", creator: ClientBlock.Of(IPAddress.Parse("10.0.0.2")));
        world.Run();

        Assert.Equal(2, clients.Count(client => client.Answer == FindStatus.Found));
        Assert.Equal(4, clients.Count(client => client.Answer == FindStatus.TooManyChannels));
        Assert.Equal(FindStatus.Found, other.Answer);
    }

    [Fact]
    public void There_are_no_more_channels_than_there_may_be()
    {
        using var world = new World(limits: new HubOptions { MaxChannels = 1 });
        var first = world.Workers[0].Subscribe("one");
        world.Run();
        var second = world.Workers[1].Subscribe("two");
        world.Run();

        Assert.Equal(FindStatus.Found, first.Answer);
        Assert.Equal(FindStatus.TooManyChannels, second.Answer);
    }

    [Fact]
    public void Who_may_not_create_a_channel_does_not()
    {
        using var world = new World();
        var client = world.Workers[0].Subscribe("news", mayCreate: false);
        world.Run();

        Assert.Equal(FindStatus.NoSuchChannel, client.Answer);
        Assert.Equal(0, world.Hub.ChannelCount);
        _ = world.Hub.FindOrCreate("news"u8);
        var next = world.Workers[0].Subscribe("news", mayCreate: false);
        world.Run();
        Assert.Equal(FindStatus.Found, next.Answer);
    }

    [Fact]
    public void Who_may_create_a_channel_is_not_refused_because_another_may_not()
    {
        using var world = new World();
        var may = world.Workers[0].Subscribe("news", mayCreate: false);
        var mayCreate = world.Workers[0].Subscribe("news", mayCreate: true);
        world.Run();

        Assert.Equal(FindStatus.NoSuchChannel, may.Answer);
        Assert.Equal(FindStatus.Found, mayCreate.Answer);
    }

    [Fact]
    public void Subscribers_are_counted_down_when_they_leave_and_polls_that_come_back_are_not()
    {
        using var world = new World();
        var clients = Enumerable.Range(0, 10).Select(_ => world.Workers[0].Subscribe("news")).ToList();
        world.Run();
        var before = world.Workers[0].Up.BytesCarried;
        clients.ForEach(client => client.Leave());
        clients.ForEach(_ => world.Workers[0].Subscribe("news"));
        world.Pass(1);
        Assert.Equal(10, world.Subscribers("news"));
        Assert.Equal(before, world.Workers[0].Up.BytesCarried);
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
