using Halley.Testing.Doubles;

namespace Halley.Router.Tests;

/// <summary>What a router knows when its operator lists other servers than before.</summary>
public class ChangingServersTests
{
    private static readonly RoutedServer A = new("a", "http://a:8000", "http://a:8100");
    private static readonly RoutedServer B = new("b", "http://b:8000", "http://b:8100");
    private static readonly RoutedServer C = new("c", "http://c:8000", "http://c:8100");

    private readonly ManualTime _time = new();
    private readonly RoutingTable _table;

    public ChangingServersTests()
    {
        _table = new RoutingTable(
            [A, B], new RouterOptions { PresenceInterval = TimeSpan.FromSeconds(10), DownAfter = 1 }, _time);
        foreach (var server in _table.Servers)
        {
            _table.BeginFollowing(server);
            _table.Answered(server, 7);
        }

        _time.Advance(TimeSpan.FromSeconds(12));
    }

    [Fact]
    public void What_is_known_of_a_server_that_stays_is_kept()
    {
        _table.Here(A, "x"u8);
        _table.NotAnswered(B);
        _table.Take([B, A with { }, C]);

        Assert.Equal([A], _table.Places("x"u8));
        Assert.Equal([(B, ServerState.Silent, true, 7), (A, ServerState.Up, true, 7), (
            C, ServerState.Unknown, false, 0)],
            _table.Report().Select(
                server => (server.Server, server.State, server.IsFollowed, (int)server.Subscribers)));
    }

    [Fact]
    public void A_server_that_is_new_may_have_channels_that_nobody_knows_of()
    {
        Assert.False(_table.IsUnsure);
        _table.Take([A, B, C]);
        Assert.Equal(ServerState.Unknown, _table.StateOf(C));

        _table.Answered(C, 0);
        _table.BeginFollowing(C);
        Assert.True(_table.IsUnsure);
        _time.Advance(TimeSpan.FromSeconds(12));
        Assert.False(_table.IsUnsure);
    }

    [Fact]
    public void Channels_of_a_server_that_goes_are_nowhere_and_it_is_not_chosen()
    {
        _table.Here(B, "x"u8);
        _table.Take([A]);

        Assert.Empty(_table.Places("x"u8));
        Assert.All(Enumerable.Range(0, 50), number => Assert.Equal(A, _table.Choice([(byte)number])));
        Assert.Equal([A], _table.Servers);
    }

    [Fact]
    public void What_is_still_said_of_a_server_that_went_is_let_pass()
    {
        _table.Here(B, "x"u8);
        _table.Take([A]);
        _table.Answered(B, 1);
        _table.BeginFollowing(B);
        _table.NotAnswered(B);
        _table.Refused(B);
        _table.Gone(B, "x"u8);
        _table.EndFollowing(B);

        Assert.False(_table.Here(B, "x"u8));
        Assert.Equal(ServerState.Gone, _table.StateOf(B));
        Assert.Empty(_table.Places("x"u8));
    }

    [Fact]
    public void A_server_that_comes_back_begins_anew()
    {
        _table.Here(B, "x"u8);
        _table.Take([A]);
        _table.Take([A, B]);

        Assert.Equal(ServerState.Unknown, _table.StateOf(B));
        Assert.Empty(_table.Places("x"u8));
    }

    [Fact]
    public void Subscribers_may_be_sent_to_another_address_of_the_same_server()
    {
        _table.Here(A, "x"u8);
        _table.Take([A with { Front = "http://new:80" }, B]);

        Assert.Equal("http://new:80", Assert.Single(_table.Places("x"u8)).Front);
    }

    [Fact]
    public void By_another_port_for_publishers_it_is_another_server()
    {
        _table.Here(A, "x"u8);
        _table.Take([A with { Admin = "http://new:8000" }, B]);

        Assert.Empty(_table.Places("x"u8));
        Assert.Equal(ServerState.Unknown, _table.StateOf(_table.Servers[0]));
    }
}
