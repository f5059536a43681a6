using Halley.Protocol.Dialects.Api;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Api;

/// <summary>The configuration is read again for who asks over the API.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly ApiNode _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    public void A_reload_is_answered_with_what_changed_and_what_did_not(string body)
    {
        _node.Reloaded = new Reloaded(["front.allow"], ["engine.workers"]);

        Assert.Equal(
            """{"changed":["front.allow"],"needs_restart":["engine.workers"]}""",
            _node.Done("reload", body).ToString());
    }

    [Fact]
    public void A_mistake_is_told()
    {
        _node.Reloaded = new Reloaded([], [], "halley.json:3: this is wrong");

        Assert.Equal(
            ("422 Unprocessable Content", "bad_configuration", "halley.json:3: this is wrong"),
            _node.Refused("reload", ""));
    }

    [Fact]
    public void What_may_succeed_later_is_told_so()
    {
        _node.Reloaded = new Reloaded([], [], "worker 1 does not answer", IsTemporary: true);

        Assert.Equal(
            ("503 Service Unavailable", "unavailable", "worker 1 does not answer"), _node.Refused("reload", ""));
    }

    [Fact]
    public void A_link_that_is_followed_reloads_nothing() =>
        Assert.Equal("405 Method Not Allowed", _node.Ask("GET /api/reload").Status);

    [Fact]
    public void There_is_no_such_command_where_nobody_may_ask_for_it()
    {
        var api = new ApiDialect(255, "1.2.3", _node.Hub, _node.Hub.Broker, ApiForm.Halley);

        Assert.Equal(
            "404 Not Found", api.Ask("POST /api/reload", "{}", new RecordingExchange(_node.Dispatcher)).Status);
    }
}
