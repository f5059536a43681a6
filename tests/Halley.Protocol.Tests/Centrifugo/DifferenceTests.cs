using System.Text;
using System.Text.Json;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>Differences between messages, for clients that understand them.</summary>
public sealed class DifferenceTests : IDisposable
{
    private static readonly string Document = new('x', 300);

    private readonly CentrifugoServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public void The_first_message_comes_whole_and_the_next_as_what_is_different()
    {
        var client = _server.Connect();
        Assert.Contains("\"delta\":true", client.Ask(Subscribe("fossil")), StringComparison.Ordinal);
        var usual = _server.Connect();
        usual.Ask("""{"id":2,"subscribe":{"channel":"news"}}""");

        _server.Publish("news", $"{{\"a\":\"{Document}\"}}");
        var first = DataOf(client.Heard(), out var isDelta);
        Assert.Equal(($"{{\"a\":\"{Document}\"}}", false), (first, isDelta));

        _server.Publish("news", $"{{\"b\":\"{Document}\"}}");
        var delta = DataOf(client.Heard(), out isDelta);
        Assert.True(isDelta);
        Assert.InRange(delta.Length, 1, 60);
        Assert.Equal(
            $"{{\"b\":\"{Document}\"}}",
            Encoding.UTF8.GetString(new FossilReader(first.Utf8(), delta.Utf8()).Read()));

        _server.Publish("news", "5");
        Assert.Equal(("5", false), (DataOf(client.Heard(), out isDelta), isDelta));
        Assert.Contains("\"pub\":{\"data\":5,", usual.Heard(), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_comes_later_has_one_message_whole_and_then_the_same_differences()
    {
        var early = _server.Connect();
        early.Ask(Subscribe("fossil"));
        _server.Publish("news", $"1{Document}");
        var late = _server.Connect();
        late.Ask(Subscribe("fossil"));
        _server.Publish("news", $"2{Document}");
        DataOf(late.Heard(), out var isDelta);
        Assert.False(isDelta);
        early.Heard();
        _server.Publish("news", $"3{Document}");
        Assert.Equal(DataOf(early.Heard(), out _), DataOf(late.Heard(), out isDelta));
        Assert.True(isDelta);
    }

    [Fact]
    public void What_was_missed_comes_whole_and_the_next_differs_from_the_last_of_it()
    {
        _server.Publish("news", $"1{Document}");
        _server.Publish("news", $"2{Document}");
        var client = _server.Connect();
        var answer = client.Ask(Subscribe("fossil").Replace("}}", ",\"recover\":true}}", StringComparison.Ordinal));
        var missed = JsonElement.Parse(answer).GetProperty("subscribe").GetProperty("publications");
        Assert.Equal($"\"2{Document}\"", missed[1].GetProperty("data").GetString());
        _server.Publish("news", $"3{Document}");
        var delta = DataOf(client.Heard(), out var isDelta);
        Assert.True(isDelta);
        Assert.Equal(
            $"\"3{Document}\"",
            Encoding.UTF8.GetString(new FossilReader($"\"2{Document}\"".Utf8(), delta.Utf8()).Read()));
    }

    [Fact]
    public void They_are_agreed_on_only_where_places_are_told_and_the_operator_allows_them()
    {
        var client = _server.Connect();
        Assert.DoesNotContain(
            "delta",
            client.Ask("""{"id":2,"subscribe":{"channel":"a","delta":"fossil"}}"""),
            StringComparison.Ordinal);
        _server.Options.AllowsDelta = false;
        Assert.DoesNotContain("delta", client.Ask(Subscribe("fossil")), StringComparison.Ordinal);
        Assert.Equal(3501, Ended(Subscribe("other")));
    }

    private static string Subscribe(string kind) =>
        $$$"""{"id":2,"subscribe":{"channel":"news","positioned":true,"delta":"{{{kind}}}"}}""";

    private static string DataOf(string push, out bool isDelta)
    {
        var publication = JsonElement.Parse(push).GetProperty("push").GetProperty("pub");
        isDelta = publication.TryGetProperty("delta", out _);
        return publication.GetProperty("data").GetString()!;
    }

    private int Ended(string command)
    {
        var client = _server.Connect();
        client.Say(command);
        return client.Ended().Code;
    }
}
