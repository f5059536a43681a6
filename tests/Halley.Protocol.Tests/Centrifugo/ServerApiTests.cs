using System.Text.Json;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Api;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>What the application does to sessions that run, over Centrifugo's server API.</summary>
public sealed class ServerApiTests : IDisposable
{
    private readonly FakeTokens _tokens = new();
    private readonly CentrifugoServer _server;
    private readonly ApiDialect _api;

    public ServerApiTests()
    {
        _server = new CentrifugoServer(
            _tokens,
            [
                new ChannelNamespace("room:"u8.ToArray())
                {
                    Presence = WhoMay.Anyone, TellsPresence = true, Subscribe = WhoMay.Anyone,
                },
            ]);
        _api = new ApiDialect(255, "1.2.3", _server.Hub, _server.Broker, ApiForm.Centrifugo);
        foreach (var user in new[] { "anna", "bert" })
        {
            _tokens[user] = FakeTokens.Of(user, subscribe: "*");
        }
    }

    private long Now => _server.Time.GetUtcNow().ToUnixTimeSeconds();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task All_sessions_of_a_user_listen_before_the_application_is_answered()
    {
        var (first, second) = (await ConnectAsync("anna"), await ConnectAsync("anna"));
        var other = await ConnectAsync("bert");
        Assert.Equal(
            """{"result":{"subscribed":2}}""",
            await AskAsync("subscribe", """{"user":"anna","channel":"secret","data":{"why":"paid"}}"""));
        _server.Publish("secret", "1");
        foreach (var session in new[] { first, second })
        {
            Assert.Equal(
                """{"push":{"channel":"secret","subscribe":{"data":{"why":"paid"}}}}""" + "\n"
                    + """{"push":{"channel":"secret","pub":{"data":1,"offset":1}}}""",
                session.Heard());
        }

        Assert.Equal("", other.Heard());
        Assert.Equal(
            """{"result":{"subscribed":0}}""", await AskAsync("subscribe", """{"user":"anna","channel":"secret"}"""));
        Assert.Equal("", first.Heard());
    }

    [Fact]
    public async Task One_session_is_meant_by_its_id_or_by_what_its_client_calls_it()
    {
        var (first, second) = (await ConnectAsync("anna"), await ConnectAsync("anna"));
        var id = _server.Registry.All.First().Id;
        await AskAsync("subscribe", $$"""{"user":"anna","client":"{{id}}","channel":"a"}""");
        Assert.Single(new[] { first.Heard(), second.Heard() }, heard => heard.Length > 0);
        Assert.Equal(
            """{"result":{"subscribed":0}}""",
            await AskAsync("subscribe", $$"""{"user":"bert","client":"{{id}}","channel":"b"}"""));

        var held = _server.Ask("POST /connection/http_stream", """{"id":1,"connect":{"token":"anna"}}""");
        await UntilAsync(() => held.Body.Contains("\"session\":", StringComparison.Ordinal));
        var session = JsonElement.Parse(held.Body).GetProperty("connect").GetProperty("session").GetString();
        Assert.Equal(
            """{"result":{"subscribed":1}}""",
            await AskAsync("subscribe", $$"""{"session":"{{session}}","channel":"c"}"""));
        Assert.Contains("\"channel\":\"c\"", held.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_missed_since_a_place_follows_or_what_is_missing_is_told()
    {
        var session = await ConnectAsync("anna");
        _server.Publish("news", "1");
        _server.Publish("news", "2");
        var epoch = _server.Hub.Find("news"u8)!.Epoch;
        const string Places = "\"override\":{\"force_recovery\":{\"value\":true}}";
        await AskAsync("subscribe", "{\"user\":\"anna\",\"channel\":\"news\"," + Places
            + ",\"recover_since\":{\"epoch\":\"" + epoch + "\",\"offset\":1}}");
        Assert.Equal(
            $$$$"""{"push":{"channel":"news","subscribe":{"recoverable":true,"epoch":"{{{{epoch}}}}","offset":1,"""
                + "\"positioned\":true}}}\n"
                + """{"push":{"channel":"news","pub":{"data":2,"offset":2}}}""",
            session.Heard());

        await AskAsync("unsubscribe", """{"user":"anna","channel":"news"}""");
        session.Heard();
        await AskAsync(
            "subscribe", """{"user":"anna","channel":"news","recover_since":{"epoch":"xyz","offset":1}}""");
        Assert.Contains(
            "\"data\":{\"missing\":[{\"reason\":\"epoch\"}]}", session.Heard(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_ends_when_the_application_says_so_or_its_time_is_over()
    {
        var session = await ConnectAsync("anna");
        await AskAsync("subscribe", $$"""{"user":"anna","channel":"a","expire_at":{{Now + 60}}}""");
        await AskAsync("subscribe", """{"user":"anna","channel":"b"}""");
        session.Heard();
        Assert.Equal(
            """{"result":{"unsubscribed":1}}""", await AskAsync("unsubscribe", """{"user":"anna","channel":"b"}"""));
        Assert.Equal(
            """{"push":{"channel":"b","unsubscribe":{"code":2000,"reason":"server unsubscribe"}}}""", session.Heard());
        Assert.Equal(
            """{"result":{"unsubscribed":0}}""", await AskAsync("unsubscribe", """{"user":"anna","channel":"b"}"""));
        _server.Publish("b", "1");
        Assert.Equal("", session.Heard());

        Pass(session, 90);
        Assert.Contains(
            """{"push":{"channel":"a","unsubscribe":{"code":2501,"reason":"subscription expired"}}}""",
            session.Heard(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_stays_until_the_time_that_the_application_says()
    {
        _tokens["short"] = FakeTokens.Of("anna", _server.Time.GetUtcNow().AddSeconds(60), "*");
        var session = await ConnectAsync("short");
        Assert.Equal(
            """{"result":{"refreshed":1}}""",
            await AskAsync("refresh", $$$"""{"user":"anna","expire_at":{{{Now + 600}}},"info":{"n":1}}"""));
        Assert.Equal("""{"push":{"refresh":{"expires":true,"ttl":600}}}""", session.Heard());
        Assert.Equal("""{"n":1}""", System.Text.Encoding.UTF8.GetString(_server.Registry.All.Single().Info!));
        Pass(session, 300);
        Assert.False(session.Say("{}").IsEnded);

        await AskAsync("refresh", """{"user":"anna"}""");
        Assert.Contains("""{"push":{"refresh":{}}}""", session.Heard(), StringComparison.Ordinal);
        await AskAsync("refresh", """{"user":"anna","expired":true}""");
        Assert.Equal((3005, "connection expired"), session.Ended());
    }

    [Fact]
    public async Task Sessions_are_told_why_they_are_disconnected_but_for_those_that_stay()
    {
        var (first, second) = (await ConnectAsync("anna"), await ConnectAsync("anna"));
        var stays = _server.Registry.All.First().Id;
        Assert.Equal(
            """{"result":{"disconnected":1}}""",
            await AskAsync(
                "disconnect",
                $$$"""{"user":"anna","whitelist":["{{{stays}}}"],"disconnect":{"code":4100,"reason":"pay first"}}"""));
        var ended = first.IsEnded ? first : second;
        Assert.Equal((4100, "pay first"), ended.Ended());
        Assert.Equal(stays, _server.Registry.All.Single().Id);
        Assert.Equal("""{"result":{"disconnected":1}}""", await AskAsync("disconnect", """{"user":"anna"}"""));
    }

    [Fact]
    public async Task A_session_with_as_many_channels_as_it_may_have_ends()
    {
        _server.Options.MaxChannels = 1;
        var session = await ConnectAsync("anna");
        await AskAsync("subscribe", """{"user":"anna","channel":"a"}""");
        await AskAsync("subscribe", """{"user":"anna","channel":"b"}""");
        Assert.Equal((3505, "channel limit"), session.Ended());
    }

    [Fact]
    public async Task What_others_see_of_a_client_in_one_channel_is_in_presence_joins_and_what_it_publishes()
    {
        var session = await ConnectAsync("anna");
        await AskAsync(
            "subscribe",
            """
            {"user":"anna","channel":"room:1","info":{"role":"host"},
             "override":{"force_push_join_leave":{"value":true}}}
            """);
        session.Heard();
        _server.Time.AdvanceSeconds(1);
        const string Seen = "\"chan_info\":{\"role\":\"host\"}";
        Assert.Contains(
            Seen, await AskAsync("presence", """{"channel":"room:1"}"""), StringComparison.Ordinal);
        await UntilAsync(() => session.Heard() is var heard && heard.Contains("\"join\":", StringComparison.Ordinal)
            && heard.Contains(Seen, StringComparison.Ordinal));
        session.Say("""{"id":3,"publish":{"channel":"room:1","data":1}}""");
        Assert.Contains(Seen, session.Heard(), StringComparison.Ordinal);
        Assert.Contains(
            Seen,
            session.Ask("""{"id":4,"presence":{"channel":"room:1"}}"""),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("subscribe", """{"channel":"a"}""")]
    [InlineData("subscribe", """{"client":"","session":"","channel":"a"}""")]
    [InlineData("subscribe", """{"user":"anna"}""")]
    [InlineData("subscribe", """{"user":"anna","channel":"a","b64info":"e"}""")]
    [InlineData("subscribe", """{"user":"anna","channel":"a","b64info":"eA=="}""")]
    [InlineData("subscribe", """{"user":"anna","channel":"a","data":1,"b64data":"eA=="}""")]
    [InlineData("subscribe", """{"user":"anna","channel":"a","override":{"presence":{"value":true}}}""")]
    [InlineData("subscribe", """{"user":"anna","channel":"a","recover_since":{"epoch":"x"}}""")]
    [InlineData("unsubscribe", """{"user":"anna"}""")]
    [InlineData("refresh", """{"expired":true}""")]
    [InlineData("refresh", """{"user":"anna","expire_at":-1}""")]
    [InlineData("disconnect", """{"user":"anna","disconnect":{"code":1000}}""")]
    [InlineData("disconnect", """{"user":"anna","disconnect":{"code":4000,"reason":"ä"}}""")]
    [InlineData("disconnect", """{"user":"anna","whitelist":[1]}""")]
    public async Task What_is_not_right_is_refused(string command, string body)
    {
        var session = await ConnectAsync("anna");
        Assert.Contains("\"code\":107", await AskAsync(command, body), StringComparison.Ordinal);
        Assert.Equal(("", false), (session.Heard(), session.IsEnded));
    }

    private async Task<CentrifugoCaller> ConnectAsync(string token)
    {
        var caller = _server.Open().Say($$$"""{"id":1,"connect":{"token":"{{{token}}}"}}""");
        await UntilAsync(() => caller.Heard().Contains("\"connect\":", StringComparison.Ordinal));
        return caller;
    }

    private async Task<string> AskAsync(string command, string body)
    {
        var exchange = new RecordingExchange(_server.Dispatcher);
        _api.Ask($"POST /api/{command}", body, exchange);
        await UntilAsync(() => exchange.Head is not null);
        return exchange.Body;
    }

    private async Task UntilAsync(Func<bool> isSo)
    {
        _server.Dispatcher.RunAll();
        while (!isSo())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            _server.Dispatcher.RunAll();
        }
    }

    private void Pass(CentrifugoCaller session, int seconds)
    {
        _server.Time.AdvanceSeconds(seconds);
        session.Exchange.PassTime();
    }
}
