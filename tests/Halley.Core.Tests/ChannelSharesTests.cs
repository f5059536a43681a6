using System.Net;
using System.Text;
using Halley.Access;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>One address has a share of the channels, and what it gives back is there again.</summary>
public sealed class ChannelSharesTests
{
    private static readonly ClientBlock One = ClientBlock.Of(IPAddress.Parse("10.0.0.1"));
    private static readonly ClientBlock Other = ClientBlock.Of(IPAddress.Parse("10.0.0.2"));

    private readonly ManualTime _time = new();

    [Fact]
    public void An_address_gets_as_many_as_were_chosen_and_others_get_theirs()
    {
        using var hub = new Hub(new HubOptions { MaxChannelsPerAddress = 3 }, _time);
        Assert.True(hub.CountsCreators);
        Assert.Equal(3, Create(hub, One, 10, "a"));
        Assert.Equal(3, Create(hub, Other, 10, "b"));
        Assert.Equal(20, Create(hub, default, 20, "publisher"));
        Assert.NotNull(hub.FindOrCreate("a0"u8, One));
    }

    [Fact]
    public void Where_nothing_was_chosen_it_leaves_a_quarter_for_others_once_half_are_taken()
    {
        using var hub = new Hub(new HubOptions { MaxChannels = 100 }, _time);
        Assert.False(hub.CountsCreators);
        var created = 0;
        while (hub.FindOrCreate(Encoding.UTF8.GetBytes($"a{created}"), hub.CountsCreators ? One : default) is not null)
        {
            created++;
        }

        Assert.Equal(51 + 25, created);
        Assert.NotNull(hub.FindOrCreate("publisher"u8));
        Assert.NotNull(hub.FindOrCreate("other"u8, Other));
    }

    [Fact]
    public void The_same_holds_for_the_memory_that_channels_may_take()
    {
        using var hub = new Hub(new HubOptions { MaxChannelBytes = 100_000 }, _time);
        var created = 0;
        while (hub.FindOrCreate(Encoding.UTF8.GetBytes($"a{created}"), hub.CountsCreators ? One : default) is not null)
        {
            created++;
        }

        Assert.True(hub.CountsCreators);
        Assert.InRange(Create(hub, Other, created, "b"), created / 6, created / 2);
        Assert.NotNull(hub.FindOrCreate("a0"u8, One));
    }

    [Fact]
    public void It_goes_down_however_a_channel_ends()
    {
        using var hub = new Hub(
            new HubOptions { MaxChannelsPerAddress = 3, IdleTimeout = TimeSpan.FromSeconds(5) }, _time);
        for (var round = 0; round < 50; round++)
        {
            Assert.Equal(3, Create(hub, One, 5, $"r{round}-"));
            Assert.True(hub.Close(Encoding.UTF8.GetBytes($"r{round}-0"), out _));
            _time.AdvanceSeconds(8);
        }

        Assert.Equal(0, hub.ChannelCount);
    }

    [Fact]
    public void A_channel_that_there_may_not_be_takes_nothing_of_the_share()
    {
        using var hub = new Hub(new HubOptions { MaxChannels = 2, MaxChannelsPerAddress = 2 }, _time);
        Assert.Equal(2, Create(hub, default, 5, "publisher"));
        Assert.Equal(0, Create(hub, One, 5, "a"));
        Assert.True(hub.Close("publisher0"u8, out _));
        Assert.True(hub.Close("publisher1"u8, out _));
        Assert.Equal(2, Create(hub, One, 5, "a"));
    }

    private static int Create(Hub hub, ClientBlock creator, int count, string prefix) =>
        Enumerable.Range(0, count).Count(
            n => hub.FindOrCreate(Encoding.UTF8.GetBytes($"{prefix}{n}"), creator) is not null);
}
