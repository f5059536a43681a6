using System.Text.Json;
using Halley.Protocol.Dialects.Api;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Api;

/// <summary>Commands whose answers come later, or not at all.</summary>
public sealed class ApiWaitingTests : IDisposable
{
    private readonly ManualDispatcher _dispatcher = new();
    private readonly Hub _hub = new(new HubOptions(), new ManualTime());
    private readonly DistantBroker _broker;
    private readonly ApiDialect _api;

    public ApiWaitingTests()
    {
        _broker = new DistantBroker(_hub.Broker);
        _hub.Use(_broker);
        _api = new ApiDialect(255, "1.2.3", _hub, _broker, ApiForm.Halley);
    }

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void Each_command_of_a_batch_sees_what_those_before_it_have_done_and_no_other()
    {
        _hub.FindOrCreate("news"u8);
        var exchange = Post("batch", """
            {"commands":[
              {"history":{"channel":"news"}}, {"publish":{"channel":"news","data":"1"}},
              {"history":{"channel":"news"}}, {"publish":{"channel":"news","data":"2"}},
              {"history_remove":{"channel":"news"}}]}
            """);
        Answer(exchange);
        Answer(exchange);

        var replies = JsonElement.Parse(exchange.Body).GetProperty("replies");
        Assert.Equal(5, replies.GetArrayLength());
        Assert.Equal([0, 1, 1, 2, 2], replies.EnumerateArray().Select(reply => reply.GetProperty("offset").GetInt32()));
        Assert.Equal(0, replies[0].GetProperty("publications").GetArrayLength());
        Assert.Equal("1", replies[2].GetProperty("publications")[0].GetProperty("data").GetString());
    }

    [Fact]
    public void A_history_that_cannot_be_asked_for_is_refused_like_every_command()
    {
        _broker.IsGone = true;
        var exchange = Post("history", """{"channel":"news"}""");
        Assert.Equal("503 Service Unavailable", exchange.Status);
        Assert.Contains("\"code\":\"unavailable\"", exchange.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_history_that_cannot_be_asked_for_does_not_deny_what_its_batch_has_published()
    {
        _broker.IsGone = true;
        var exchange = Post(
            "batch",
            """{"commands":[{"publish":{"channel":"news","data":"x"}},{"history":{"channel":"news"}}]}""");
        Answer(exchange);

        Assert.Equal("200 OK", exchange.Status);
        var replies = JsonElement.Parse(exchange.Body).GetProperty("replies");
        Assert.Equal(1, replies[0].GetProperty("offset").GetInt32());
        Assert.Equal("unavailable", replies[1].GetProperty("error").GetProperty("code").GetString());
    }

    private RecordingExchange Post(string command, string body) =>
        _api.Ask($"POST /api/{command}", body, new RecordingExchange(_dispatcher));

    private void Answer(RecordingExchange exchange)
    {
        Assert.Null(exchange.Head);
        _broker.Answer();
        _dispatcher.RunAll();
    }
}
