namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>What is too much has its code, and harms nobody else.</summary>
public sealed class SessionLimitTests : IDisposable
{
    private readonly CentrifugoServer _server = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("subscribe", "")]
    [InlineData("publish", ",\"data\":1")]
    [InlineData("history", "")]
    [InlineData("presence", "")]
    public void A_name_that_is_too_long_is_a_bad_request(string command, string fields)
    {
        var answer = _server.Connect().Ask(
            "{\"id\":2,\"" + command + "\":{\"channel\":\"" + new string('x', 60_000) + "\"" + fields + "}}");
        Assert.Equal("""{"id":2,"error":{"code":107,"message":"bad request"}}""", answer);
        Assert.Equal(0, _server.Hub.ChannelCount);
    }

    [Fact]
    public void A_session_has_as_many_channels_as_it_may()
    {
        var caller = _server.Connect();
        var commands = Enumerable.Range(2, 10_000)
            .Select(id => $$$"""{"id":{{{id}}},"subscribe":{"channel":"c{{{id}}}"}}""");
        foreach (var frame in commands.Chunk(1000))
        {
            caller.Say(string.Join('\n', frame));
        }

        var answers = caller.Heard().Split('\n');
        Assert.Equal(10_000, answers.Length);
        Assert.Equal(128, answers.Count(answer => answer.Contains("\"subscribe\":{}", StringComparison.Ordinal)));
        Assert.Equal(10_000 - 128, answers.Count(answer => answer.Contains("\"code\":106", StringComparison.Ordinal)));
        Assert.Equal(128, _server.Hub.SubscriberCount);
    }

    [Fact]
    public void The_same_channel_is_subscribed_to_once()
    {
        var caller = _server.Connect();
        caller.Ask("""{"id":2,"subscribe":{"channel":"a"}}""");
        Assert.Contains(
            "\"code\":105", caller.Ask("""{"id":3,"subscribe":{"channel":"a"}}"""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_that_ends_leaves_nothing()
    {
        var caller = _server.Connect();
        caller.Ask("{\"id\":2,\"subscribe\":{\"channel\":\"a\"}}\n{\"id\":3,\"subscribe\":{\"channel\":\"b\"}}");
        Assert.Equal(2, _server.Hub.SubscriberCount);
        Assert.Equal(1, _server.Hub.ReceiverCount);
        caller.Exchange.Disconnect();
        Assert.Equal(0, _server.Hub.SubscriberCount);
        Assert.Equal(0, _server.Hub.ReceiverCount);
        Assert.Empty(_server.Registry.All);
    }

    [Fact]
    public void A_frame_of_nothing_but_line_ends_is_no_frame()
    {
        var caller = _server.Connect();
        caller.Say("\n\n");
        Assert.Equal(3501, caller.Ended().Code);
    }
}
