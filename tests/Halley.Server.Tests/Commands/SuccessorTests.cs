using Halley.Server.Commands;
using Halley.Server.Configuration;

namespace Halley.Server.Tests.Commands;

public class SuccessorTests
{
    private static readonly Setting Old = new("front.max_channels", "5", "--set");
    private static readonly Setting New = new("front.listen", ":80", "--front");

    private readonly List<string> _said = [];

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void A_server_is_a_daemon_where_its_predecessor_was_or_it_is_asked_for(
        bool wasDaemon, bool isAsked, bool isDaemon) =>
        Assert.Equal(isDaemon, Successor.Of(Request(isAsked), null, wasDaemon, _said.Add).IsDaemon);

    [Fact]
    public void Options_stay_where_none_are_given()
    {
        var successor = Successor.Of(Request(false), Request(true, Old), isDaemon: true, _said.Add);
        Assert.Equal([Old], successor.Settings);
        Assert.Equal(["x.conf", "--set", "front.max_channels=5"], successor.Arguments);
        Assert.Equal(["as before: --set front.max_channels=5"], _said);
    }

    [Fact]
    public void A_list_stays_whole_also_where_it_is_empty()
    {
        Setting[] settings = [
            new("admin.deny", null, "--set"),
            new("admin.deny", "10.0.0.1", "--set"),
            new("admin.allow", null, "--set"),
        ];
        Assert.Equal(
            ["x.conf", "--set", "admin.deny=10.0.0.1", "--set", "admin.allow="],
            Successor.Of(Request(false), Request(true, settings), isDaemon: true, _said.Add).Arguments);
    }

    [Fact]
    public void Options_that_are_given_are_all_there_are()
    {
        Assert.Equal([New], Successor.Of(Request(false, New), Request(true, Old), isDaemon: true, _said.Add).Settings);
        Assert.Empty(_said);
    }

    private static ServeRequest Request(bool isDaemon, params Setting[] settings) =>
        new("x.conf", isDaemon, "restart", settings, ["x.conf"]);
}
