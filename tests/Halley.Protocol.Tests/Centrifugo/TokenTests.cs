using Halley.Protocol.Clients;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>Who a client is, and what it may, as its tokens say.</summary>
public sealed class TokenTests : IDisposable
{
    private readonly FakeTokens _tokens = new();
    private readonly CentrifugoServer _server;

    public TokenTests()
    {
        _server = new CentrifugoServer(_tokens);
        _tokens["anna"] = FakeTokens.Of("anna", subscribe: ["news", "room-*"]);
        _tokens["other"] = FakeTokens.Of("bert");
    }

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Commands_wait_for_the_token_of_the_first_and_are_answered_in_their_order()
    {
        var caller = _server.Open();
        caller.Say("{\"id\":1,\"connect\":{\"token\":\"anna\"}}\n{\"id\":2,\"subscribe\":{\"channel\":\"news\"}}");
        caller.Say("""{"id":3,"subscribe":{"channel":"secret"}}""");
        var heard = await HearAsync(caller, "\"id\":3");
        Assert.Matches(
            """^\{"id":1,"connect":.*\n\{"id":2,"subscribe":\{\}\}\n\{"id":3,"error":\{"code":103,""", heard);
    }

    [Fact]
    public void Where_nobody_is_asked_who_it_is_no_token_is_looked_at()
    {
        using var server = new CentrifugoServer();
        var caller = server.Open();
        Assert.StartsWith(
            """{"id":1,"connect":{"client":""",
            caller.Ask("""{"id":1,"connect":{"token":"any"}}"""),
            StringComparison.Ordinal);
        Assert.Equal(
            """{"id":2,"subscribe":{}}""", caller.Ask("""{"id":2,"subscribe":{"channel":"news","token":"any"}}"""));
    }

    [Fact]
    public async Task What_waits_behind_a_command_has_a_limit()
    {
        var tokens = new FakeTokens { IsSlow = true };
        using var server = new CentrifugoServer(tokens);
        var (flood, other) = (server.Open(), server.Open());
        flood.Say("""{"id":1,"connect":{"token":"anna"}}""");
        var frame = string.Join('\n', Enumerable.Repeat("""{"id":2,"history":{"channel":"a"}}""", 1700));
        flood.Say(frame).Say(frame);
        Assert.False(flood.IsEnded);
        flood.Say(frame);
        Assert.Equal((3013, "too many requests"), flood.Ended());
        Assert.False(other.IsEnded);
        tokens.Open();
        await Task.Yield();
        server.Dispatcher.RunAll();
    }

    [Theory]
    [InlineData("{}", 3501, "bad request: It has no token.")]
    [InlineData("{\"token\":\"wrong\"}", 3500, "invalid token: unknown")]
    [InlineData("{\"token\":\"w r o n g\"}", 3500, "invalid token: ")]
    public async Task Who_cannot_say_who_it_is_is_let_go_and_the_operator_reads_why(
        string request, int code, string why)
    {
        var caller = _server.Open();
        caller.Say("{\"id\":1,\"connect\":" + request + "}");
        await HearAsync(caller, "");
        Assert.Equal(code, caller.Ended().Code);
        Assert.StartsWith($"{code} connect: {why}", Assert.Single(caller.Exchange.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_is_not_permitted_is_one_for_the_operator_too()
    {
        var (caller, _) = await ConnectAsync("anna");
        caller.Ask("""{"id":2,"subscribe":{"channel":"secret"}}""");
        caller.Ask("""{"id":3,"subscribe":{"channel":"news"}}""");
        Assert.Equal("103 subscribe: permission denied", Assert.Single(caller.Exchange.Refusals));
    }

    [Fact]
    public async Task A_token_whose_time_is_over_is_an_error_that_a_client_gets_another_for()
    {
        _tokens.Expired("old");
        var caller = _server.Open();
        caller.Say("""{"id":1,"connect":{"token":"old"}}""");
        Assert.Equal("""{"id":1,"error":{"code":109,"message":"token expired"}}""", await HearAsync(caller, "109"));
        caller.Say("""{"id":2,"connect":{"token":"anna"}}""");
        Assert.Equal(3501, caller.Ended().Code);
    }

    [Fact]
    public void Where_the_operator_says_so_nobody_in_particular_may_connect()
    {
        using var server = new CentrifugoServer(_tokens, choose: options => options.AllowsAnonymous = true);
        var caller = server.Connect();
        Assert.Contains(
            "\"code\":103", caller.Ask("""{"id":2,"subscribe":{"channel":"news"}}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_expires_is_refreshed_or_the_session_ends()
    {
        var start = _server.Time.GetUtcNow();
        _tokens["short"] = FakeTokens.Of("anna", start.AddSeconds(20));
        _tokens["longer"] = FakeTokens.Of("anna", start.AddSeconds(100));
        var caller = await ConnectAsync("short");
        Assert.Contains("\"expires\":true,\"ttl\":20", caller.Last, StringComparison.Ordinal);
        caller.Caller.Say("""{"id":2,"refresh":{"token":"longer"}}""");
        Assert.Contains(
            "\"expires\":true,\"ttl\":100", await HearAsync(caller.Caller, "refresh"), StringComparison.Ordinal);
        for (var i = 0; i < 11; i++)
        {
            _server.Time.AdvanceSeconds(10);
            caller.Caller.Exchange.PassTime();
            if (caller.Caller.Heard().Contains("{}", StringComparison.Ordinal))
            {
                caller.Caller.Say("{}");
            }

            Assert.False(caller.Caller.IsEnded);
        }

        _server.Time.AdvanceSeconds(16);
        caller.Caller.Exchange.PassTime();
        Assert.Equal((3005, "connection expired"), caller.Caller.Ended());
    }

    [Fact]
    public async Task Another_users_token_refreshes_nothing()
    {
        var (caller, _) = await ConnectAsync("anna");
        caller.Say("""{"id":2,"refresh":{"token":"other"}}""");
        await HearAsync(caller, "");
        Assert.Equal(3500, caller.Ended().Code);
    }

    [Fact]
    public async Task A_subscription_token_gives_its_channel_to_its_user_until_it_expires()
    {
        var end = _server.Time.GetUtcNow().AddSeconds(5);
        _tokens["sub"] = FakeTokens.For("anna", "$own", end);
        var (caller, _) = await ConnectAsync("anna");
        caller.Say("""{"id":2,"subscribe":{"channel":"$own","token":"sub"}}""");
        Assert.Equal(
            """{"id":2,"subscribe":{"expires":true,"ttl":5}}""", await HearAsync(caller, "subscribe"));
        _server.Time.AdvanceSeconds(31);
        caller.Exchange.PassTime();
        Assert.Contains(
            """{"push":{"channel":"$own","unsubscribe":{"code":2501,"reason":"subscription expired"}}}""",
            caller.Heard(),
            StringComparison.Ordinal);
        Assert.Equal(0, _server.Hub.SubscriberCount);
    }

    [Theory]
    [InlineData("bert", "$own")]
    [InlineData("anna", "$else")]
    public async Task Another_ones_subscription_token_ends_the_session(string user, string channel)
    {
        _tokens["sub"] = FakeTokens.For(user, channel);
        var (caller, _) = await ConnectAsync("anna");
        caller.Say("""{"id":2,"subscribe":{"channel":"$own","token":"sub"}}""");
        await HearAsync(caller, "");
        Assert.Equal(3500, caller.Ended().Code);
    }

    [Fact]
    public async Task A_token_subscribes_its_user_to_channels_from_the_beginning()
    {
        _tokens["given"] = FakeTokens.Of("anna") with
        {
            Grants = [new GrantedSubscription("$a"u8.ToArray(), null, "{\"b\":1}"u8.ToArray())],
        };
        var (caller, connected) = await ConnectAsync("given");
        Assert.Contains("\"subs\":{\"$a\":{\"data\":{\"b\":1}}}", connected, StringComparison.Ordinal);
        _server.Publish("$a", "1");
        Assert.Equal("""{"push":{"channel":"$a","pub":{"data":1,"offset":1}}}""", caller.Heard());
    }

    private async Task<(CentrifugoCaller Caller, string Last)> ConnectAsync(string token)
    {
        var caller = _server.Open();
        caller.Say("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
        return (caller, await HearAsync(caller, "\"connect\":"));
    }

    // Tokens are verified on other threads.
    private static async Task<string> HearAsync(CentrifugoCaller caller, string until)
    {
        var heard = "";
        for (var i = 0; i < 1000; i++)
        {
            heard += caller.Heard() is { Length: > 0 } more ? heard.Length > 0 ? "\n" + more : more : "";
            if (caller.IsEnded || (until.Length > 0 && heard.Contains(until, StringComparison.Ordinal)))
            {
                break;
            }

            await Task.Delay(5);
        }

        return heard;
    }
}
