namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>What a session is told when time passes.</summary>
public sealed class SessionTimeTests : IDisposable
{
    private readonly CentrifugoServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public void Who_does_not_say_who_it_is_is_let_go()
    {
        var caller = _server.Open();
        Pass(caller, 9);
        Assert.False(caller.IsEnded);
        Pass(caller, 2);
        Assert.Equal((3502, "stale"), caller.Ended());
    }

    [Fact]
    public void A_client_is_pinged_and_one_that_answers_stays()
    {
        var caller = _server.Connect();
        for (var i = 0; i < 5; i++)
        {
            Pass(caller, 26);
            Assert.Equal("{}", caller.Heard());
            caller.Say("{}");
        }

        Pass(caller, 9);
        Assert.False(caller.IsEnded);
    }

    [Fact]
    public void One_that_does_not_answer_is_let_go()
    {
        var caller = _server.Connect();
        Pass(caller, 26);
        Pass(caller, 9);
        Assert.Equal((3012, "no pong"), caller.Ended());
    }

    [Fact]
    public void A_server_that_stops_has_clients_come_back()
    {
        var caller = _server.Connect();
        caller.Exchange.Expire(CloseReason.Shutdown);
        Assert.Equal((3001, "shutdown"), caller.Ended());
    }

    [Fact]
    public void Whom_an_operator_disconnects_does_not_come_back()
    {
        var caller = _server.Connect();
        Assert.Equal(1, _server.Registry.Disconnect(_ => true));
        Assert.Equal((3503, "force disconnect"), caller.Ended());
        Assert.Empty(_server.Registry.All);
    }

    private void Pass(CentrifugoCaller caller, int seconds)
    {
        _server.Time.AdvanceSeconds(seconds);
        caller.Exchange.PassTime();
    }
}
