namespace Halley.Protocol.Tests.Api;

/// <summary>What each command says where it is not right.</summary>
public sealed class ApiRefusalTests : IDisposable
{
    private readonly ApiNode _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("publish", "", "The body is empty")]
    [InlineData("publish", "{", "The body is no JSON at line 1")]
    [InlineData("publish", """{"channel":"a","channel":"b","data":"x"}""", "or has a name twice")]
    [InlineData("publish", "[]", "The body must be a JSON object")]
    [InlineData("publish", """{"data":"x"}""", "channel is missing")]
    [InlineData("publish", """{"channel":7,"data":"x"}""", "channel must be the name of a channel")]
    [InlineData("publish", """{"channel":"","data":"x"}""", "channel must have 1 to 255 bytes")]
    [InlineData("publish", """{"channel":"\ud800","data":"x"}""", "channel has half of a surrogate pair")]
    [InlineData("publish", """{"channel":"a"}""", "data or b64data must be there")]
    [InlineData("publish", """{"channel":"a","data":"x","b64data":"eA=="}""", "data or b64data must be there")]
    [InlineData("publish", """{"channel":"a","b64data":"?"}""", "b64data is no base64")]
    [InlineData("publish", """{"channel":"a","data":"x","event":"a\nb"}""", "event must not have control characters")]
    [InlineData(
        "publish", """{"channel":"a","data":"x","history_size":-1}""", "history_size must be a whole number from 0")]
    [InlineData("publish", """{"channel":"a","data":"x","history_size":1.5}""", "history_size must be a whole number")]
    [InlineData("publish", """{"channel":"a","data":"x","idempotency_key":""}""", "idempotency_key must have 1 to 255")]
    [InlineData(
        "publish", """{"channel":"a","data":"x","chanel":"b"}""", "chanel is unknown here; there are channel, data")]
    [InlineData("broadcast", """{"channels":[],"data":"x"}""", "channels must be a list of 1 to 10000")]
    [InlineData("broadcast", """{"channels":["a",""],"data":"x"}""", "channels[1] must have 1 to 255 bytes")]
    [InlineData("history", """{"channel":"a","since":7}""", "since must be a JSON object")]
    [InlineData("history", """{"channel":"a","since":{"offset":1}}""", "since.epoch and offset must both be there")]
    [InlineData("history", """{"channel":"a","reverse":"yes"}""", "reverse must be true or false")]
    [InlineData("history", """{"channel":"a","limit":10001}""", "limit must be a whole number from 0 to 10000")]
    [InlineData("channels", """{"cursor":"x"}""", "cursor must be the cursor of the answer before")]
    [InlineData("batch", """{"commands":{}}""", "commands must be a list")]
    public void What_cannot_be_right_is_refused_with_its_name(string command, string body, string sentence)
    {
        var (status, code, message) = _node.Refused(command, body);
        Assert.Equal(("400 Bad Request", "bad_request"), (status, code));
        Assert.Contains(sentence, message, StringComparison.Ordinal);
        Assert.Equal(0, _node.Hub.ChannelCount);
    }

    [Theory]
    [InlineData("publish", "{\"\\ud800\":1}", "name with half of a surrogate pair")]
    [InlineData("publish", "{\"channel\":\"a\",\"data\":{\"\\ud800\":1}}", "name with half of a surrogate pair")]
    [InlineData("batch", "{\"commands\":[{\"\\ud800\":{}}]}", "name with half of a surrogate pair")]
    [InlineData("publish", "{\"\u00ff\":1}", "no UTF-8")]
    [InlineData("publish", "{\"channel\":\"a\",\"data\":[\"\u00ff\"]}", "no UTF-8")]
    [InlineData("broadcast", "{\"channels\":[\"a\"],\"data\":[\"\u00ff\"]}", "no UTF-8")]
    public void Names_and_values_that_are_no_text_are_refused(string command, string latin1, string sentence)
    {
        var (status, code, message) = _node.Refused(command, latin1);
        Assert.Equal(("400 Bad Request", "bad_request"), (status, code));
        Assert.Contains(sentence, message, StringComparison.Ordinal);
        Assert.Equal(0, _node.Hub.ChannelCount);
    }

    [Theory]
    [InlineData("POST /api/dance", "404 Not Found", "unknown_command")]
    [InlineData("POST /api/", "404 Not Found", "unknown_command")]
    [InlineData("POST /api/history", "404 Not Found", "unknown_channel")]
    [InlineData("GET /api/publish", "405 Method Not Allowed", "method_not_allowed")]
    [InlineData("DELETE /api/publish", "405 Method Not Allowed", "method_not_allowed")]
    public void A_refusal_has_the_status_of_its_kind(string request, string status, string code)
    {
        var answer = _node.Ask(request, """{"channel":"none"}""");
        Assert.Equal(status, answer.Status);
        Assert.Contains($"\"code\":\"{code}\"", answer.Body, StringComparison.Ordinal);
        Assert.Equal(
            status.StartsWith("405", StringComparison.Ordinal),
            answer.Fields.Contains("Allow: POST", StringComparison.Ordinal));
    }

    [Fact]
    public void A_body_that_is_packed_is_refused() => Assert.Equal(
        "415 Unsupported Media Type",
        _node.Post("publish", """{"channel":"a","data":"x"}""", "Content-Encoding: gzip\r\n").Status);

    [Fact]
    public void A_body_longer_than_a_reactor_reads_at_once_is_refused()
    {
        var refused = _node.Refused("publish", new string(' ', (4 << 20) + 1));
        Assert.Equal(("413 Content Too Large", "body_too_large"), (refused.Status, refused.Code));
    }

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Assert.Equal(
            "bad_request", _node.Refused("publish", $$"""{"channel":"a","data":{{new string('[', 100_000)}}""").Code);
}
