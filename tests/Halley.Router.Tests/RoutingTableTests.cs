using System.Text;
using Halley.Testing.Doubles;

namespace Halley.Router.Tests;

/// <summary>What a router knows of its servers, word by word and second by second.</summary>
public class RoutingTableTests
{
    private static readonly RoutedServer A = new("a", "http://a:8000", "http://a:8100");
    private static readonly RoutedServer B = new("b", "http://b:8000", "http://b:8100");
    private static readonly RoutedServer C = new("c", "http://c:8000", "http://c:8100");

    private readonly ManualTime _time = new();
    private readonly RoutingTable _table;

    public RoutingTableTests()
    {
        _table = new RoutingTable(
            [A, B, C], new RouterOptions { PresenceInterval = TimeSpan.FromSeconds(10), DownAfter = 2 }, _time);
        foreach (var server in _table.Servers)
        {
            _table.BeginFollowing(server);
            _table.Answered(server, 0);
        }
    }

    [Fact]
    public void A_channel_is_where_the_feeds_say()
    {
        Assert.Equal("", PlacesOf("x"));
        Here(B, "x");
        Assert.Equal("b", PlacesOf("x"));
        Here(A, "x");
        Assert.Equal(["a", "b"], PlacesOf("x").Split(' ').Order());
        _table.Gone(B, "x"u8);
        Assert.Equal("a", PlacesOf("x"));
        _table.Gone(A, "x"u8);
        Assert.Equal("", PlacesOf("x"));
    }

    [Fact]
    public void Of_several_places_the_hash_names_the_first()
    {
        foreach (var name in Enumerable.Range(0, 50).Select(number => $"channel{number}"))
        {
            Here(C, name);
            Here(A, name);
            Assert.Equal(Rendezvous.Order(["a", "c"], Encoding.UTF8.GetBytes(name))[0], PlacesOf(name).Split(' ')[0]);
        }
    }

    [Fact]
    public void A_channel_that_is_nowhere_is_chosen_a_server_that_is_up()
    {
        var first = Rendezvous.Order(["a", "b", "c"], "x"u8);
        Assert.Equal(first[0], _table.Choice("x"u8)!.Name);
        _table.Refused(_table.Servers.Single(server => server.Name == first[0]));
        Assert.Equal(first[1], _table.Choice("x"u8)!.Name);
        Silence(_table.Servers.Single(server => server.Name == first[1]));
        Assert.Equal(first[2], _table.Choice("x"u8)!.Name);
        _table.Refused(_table.Servers.Single(server => server.Name == first[2]));
        Assert.Null(_table.Choice("x"u8));
    }

    [Fact]
    public void What_is_not_said_again_is_forgotten()
    {
        Here(A, "x");
        Here(A, "y");
        Pass(15);
        Here(A, "y");
        Pass(15);
        Assert.Equal("", PlacesOf("x"));
        Assert.Equal("a", PlacesOf("y"));
    }

    [Fact]
    public void A_feed_that_was_lost_has_time_to_say_everything_again()
    {
        Here(A, "x");
        Pass(15);
        _table.EndFollowing(A);
        _table.BeginFollowing(A);
        Pass(15);
        Assert.Equal("a", PlacesOf("x"));
        Pass(10);
        Assert.Equal("", PlacesOf("x"));
    }

    [Fact]
    public void A_server_that_refuses_connections_has_no_channels()
    {
        Here(A, "x");
        _table.Refused(A);
        Assert.Equal("", PlacesOf("x"));
        Assert.Equal(ServerState.Gone, _table.StateOf(A));
    }

    [Fact]
    public void A_server_that_is_silent_keeps_its_channels_until_their_subscribers_must_have_noticed()
    {
        Here(A, "x");
        _table.NotAnswered(A);
        Assert.Equal(ServerState.Up, _table.StateOf(A));
        _table.NotAnswered(A);
        Assert.Equal(ServerState.Silent, _table.StateOf(A));
        Pass(19);
        Assert.Equal("a", PlacesOf("x"));
        Pass(1);
        Assert.Equal("", PlacesOf("x"));
    }

    [Fact]
    public void What_others_were_given_meanwhile_is_to_be_closed_where_it_comes_back()
    {
        Here(A, "x");
        Here(A, "y");
        Silence(A);
        Pass(20);
        Here(B, "x");
        _table.Answered(A, 0);
        Assert.True(_table.Here(A, "x"u8));
        Assert.False(_table.Here(A, "x"u8), "once");
        Assert.False(_table.Here(A, "y"u8), "nobody else has it");
    }

    [Fact]
    public void A_server_that_was_silent_from_the_start_may_bring_channels_that_others_were_given()
    {
        var table = new RoutingTable(
            [A, B], new RouterOptions { PresenceInterval = TimeSpan.FromSeconds(10), DownAfter = 1 }, _time);
        table.NotAnswered(A);
        table.Answered(B, 0);
        table.Here(B, "x"u8);
        table.BeginFollowing(A);
        table.Answered(A, 0);
        Assert.True(table.Here(A, "x"u8));
        _time.Advance(TimeSpan.FromSeconds(25));
        table.Sweep();
        table.Here(B, "y"u8);
        Assert.False(table.Here(A, "y"u8), "by now it is known");
    }

    [Fact]
    public void Where_a_feed_is_new_the_table_is_unsure()
    {
        Assert.True(_table.IsUnsure);
        Pass(12);
        Assert.False(_table.IsUnsure);
        _table.EndFollowing(B);
        Assert.True(_table.IsUnsure);
        _table.Refused(B);
        Assert.False(_table.IsUnsure, "who is gone has nothing to say");
    }

    [Fact]
    public void All_channels_are_listed_page_by_page()
    {
        foreach (var name in new[] { "d", "a", "c", "e", "b" })
        {
            Here(A, name);
        }

        Here(B, "c");
        var first = _table.Routes([], 3, out var isLast);
        Assert.Equal(["a", "b", "c"], first.Select(route => Encoding.UTF8.GetString(route.Name)));
        Assert.Equal(2, first[2].Places.Count);
        Assert.False(isLast);
        var second = _table.Routes("c"u8.ToArray(), 3, out isLast);
        Assert.Equal(["d", "e"], second.Select(route => Encoding.UTF8.GetString(route.Name)));
        Assert.True(isLast);
        Assert.Equal(6, _table.Report().Sum(server => server.Channels));
    }

    private void Here(RoutedServer server, string name) => _table.Here(server, Encoding.UTF8.GetBytes(name));

    private void Silence(RoutedServer server)
    {
        _table.NotAnswered(server);
        _table.NotAnswered(server);
    }

    private void Pass(int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _table.Sweep();
    }

    private string PlacesOf(string name) =>
        string.Join(' ', _table.Places(Encoding.UTF8.GetBytes(name)).Select(server => server.Name));
}
