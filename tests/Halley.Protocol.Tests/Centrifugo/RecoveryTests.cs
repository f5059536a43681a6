using Halley.Channels;
using Halley.Protocol.Clients;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>A subscriber that comes back is given what it missed, or told what is missing.</summary>
public sealed class RecoveryTests : IDisposable
{
    private readonly CentrifugoServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public void Who_asks_learns_where_the_stream_stands()
    {
        _server.Publish("news", "1");
        Assert.Equal(
            $$$"""{"id":2,"subscribe":{"recoverable":true,"epoch":"{{{Epoch}}}","offset":1,"positioned":true}}""",
            Subscribe("\"recoverable\":true"));
    }

    [Fact]
    public void Who_comes_back_is_given_what_it_missed()
    {
        Publish(3);
        Assert.Equal(
            $$$"""{"id":2,"subscribe":{"recoverable":true,"epoch":"{{{Epoch}}}","""
                + """
                "publications":[{"data":2,"offset":2},{"data":3,"offset":3}],"recovered":true,"offset":1,
                """
                + """
                "positioned":true,"was_recovering":true}}
                """,
            Subscribe($"\"recover\":true,\"epoch\":\"{Epoch}\",\"offset\":1"));
    }

    [Fact]
    public void Who_has_missed_nothing_is_told_so()
    {
        Publish(3);
        var answer = Subscribe($"\"recover\":true,\"epoch\":\"{Epoch}\",\"offset\":3");
        Assert.Contains("\"recovered\":true,\"offset\":3", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("publications", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_lost_is_told_and_nothing_half_is_given()
    {
        Publish(40);
        var oldest = _server.Hub.Find("news"u8)!.Read(Replay.From(1))[0].Offset;
        var answer = Subscribe($"\"recover\":true,\"epoch\":\"{Epoch}\",\"offset\":1");
        Assert.Contains(
            "\"offset\":40,\"positioned\":true,\"data\":{\"missing\":[{\"from\":2,\"to\":" + (oldest - 1)
                + ",\"reason\":\"evicted\"}]},\"was_recovering\":true",
            answer,
            StringComparison.Ordinal);
        Assert.DoesNotContain("recovered\":true", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("publications", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("77", "epoch")]
    [InlineData("xyz", "epoch")]
    public void A_place_in_another_stream_is_no_place(string epoch, string reason)
    {
        Publish(1);
        Assert.Contains(
            "\"data\":{\"missing\":[{\"reason\":\"" + reason + "\"}]}",
            Subscribe($"\"recover\":true,\"epoch\":\"{epoch}\",\"offset\":1"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_the_stream_has_not_reached_is_none()
    {
        Publish(1);
        Assert.Contains(
            "\"reason\":\"ahead\"",
            Subscribe("\"recover\":true,\"offset\":18446744073709551615"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Who_asks_to_be_refused_where_something_is_lost_is_refused()
    {
        Publish(40);
        Assert.Equal(
            """{"id":2,"error":{"code":112,"message":"unrecoverable position"}}""",
            Subscribe($"\"recover\":true,\"epoch\":\"{Epoch}\",\"offset\":1,\"flag\":2"));
        Assert.Equal(0, _server.Hub.SubscriberCount);
    }

    [Fact]
    public void Where_the_newest_message_says_all_it_is_what_who_comes_back_is_given()
    {
        using var server = new CentrifugoServer(namespaces:
            [new ChannelNamespace("now:"u8.ToArray()) { RecoversNewest = true }]);
        Assert.EndsWith("\"positioned\":true,\"was_recovering\":true}}", Recover(0, ""), StringComparison.Ordinal);
        Assert.DoesNotContain("recovered", Recover(0, ""), StringComparison.Ordinal);
        server.Publish("now:a", "1");
        server.Publish("now:a", "2");
        var epoch = server.Hub.Find("now:a"u8)!.Epoch.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(
            "\"publications\":[{\"data\":2,\"offset\":2}],\"recovered\":true",
            Recover(0, ""),
            StringComparison.Ordinal);
        Assert.Contains(
            "\"publications\":[{\"data\":2,\"offset\":2}],\"recovered\":true",
            Recover(2, "9"),
            StringComparison.Ordinal);
        Assert.Contains("\"recovered\":true,\"offset\":2", Recover(2, epoch), StringComparison.Ordinal);
        Assert.DoesNotContain("publications", Recover(2, epoch), StringComparison.Ordinal);

        string Recover(int last, string known) => server.Connect().Ask(
            "{\"id\":2,\"subscribe\":{\"channel\":\"now:a\",\"recover\":true,\"offset\":" + last
                + ",\"epoch\":\"" + known + "\"}}");
    }

    [Fact]
    public void A_channel_that_is_closed_is_said_to_be()
    {
        var caller = _server.Connect();
        caller.Ask("""{"id":2,"subscribe":{"channel":"news"}}""");
        Assert.NotNull(_server.Broker.Close("news"u8).Now());
        Assert.Equal(
            """{"push":{"channel":"news","unsubscribe":{"code":2000,"reason":"server unsubscribe"}}}""",
            caller.Heard());
        Assert.Equal("""{"id":3,"subscribe":{}}""", caller.Ask("""{"id":3,"subscribe":{"channel":"news"}}"""));
    }

    private long Epoch => _server.Hub.Find("news"u8)!.Epoch;

    private void Publish(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            _server.Publish("news", i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private string Subscribe(string fields) =>
        _server.Connect().Ask("{\"id\":2,\"subscribe\":{\"channel\":\"news\"," + fields + "}}");
}
