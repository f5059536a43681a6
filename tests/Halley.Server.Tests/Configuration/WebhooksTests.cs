using System.Text;
using Halley.Server.Configuration;
using Halley.Server.Webhooks;

namespace Halley.Server.Tests.Configuration;

public sealed class WebhooksTests
{
    private const string Right =
        "\"name\": \"app\", \"url\": \"http://127.0.0.1:8080/h?a=b\", \"secret\": \"0123456789abcdef0123456789abcdef\"";

    private const string Wanted = "\"events\": [\"publication\"], \"prefixes\": [\"chat:\"]";

    [Fact]
    public void A_webhook_has_what_the_file_says_and_defaults()
    {
        var one = Assert.Single(Read($"{{ {Right}, \"events\": [\"publication\", \"channel_vacated\"], "
            + "\"prefixes\": [\"chat:\", \"\"], \"keep\": \"2h\" }").GetWebhooks());

        Assert.Equal(("app", "http://127.0.0.1:8080/h?a=b"), (one.Name, one.Url));
        Assert.Equal(WebhookEvents.Published | WebhookEvents.Vacated, one.Events);
        Assert.Equal(["chat:"u8.ToArray(), []], one.Prefixes);
        Assert.Equal((100, TimeSpan.FromSeconds(5), TimeSpan.FromHours(2)), (one.Batch, one.Timeout, one.Keep));
        Assert.Equal(["0123456789abcdef0123456789abcdef"], one.ReadSecrets());
    }

    [Theory]
    [InlineData("{ }", "a webhook wants name: what it is called in logs and metrics, and its queue")]
    [InlineData("{ \"name\": \"a b\" }", "name is \"a b\"; it wants letters, digits, \".\", \"_\" and \"-\", 1 to 50")]
    [InlineData(
        "{ \"url\": \"file:///etc/passwd\" }",
        "url is \"file:///etc/passwd\"; it wants http:// or https:// with a host, without user and password")]
    [InlineData(
        "{ \"url\": \"http://me:secret@h/\" }",
        "url is \"http://(hidden)@h/\"; it wants http:// or https:// with a host, without user and password")]
    [InlineData(
        "{ \"secret\": \"short\" }",
        "secret has 5 bytes; it wants 32 to 1024 bytes of text, drawn at random, such as openssl rand -hex 32 "
            + "prints")]
    [InlineData(
        "{ " + Right + ", \"events\": [\"published\"] }",
        "events is \"published\"; it wants channel_occupied, channel_vacated, member_joined, member_left, publication")]
    [InlineData(
        "{ " + Right + ", \"events\": [\"publication\"] }",
        "a webhook wants prefixes: how the names of its channels begin; [\"\"] is for all")]
    [InlineData(
        "{ " + Right + ", \"timeout\": \"1m\" }", "timeout is \"1m\"; it wants a time of at most 20s, such as 5")]
    [InlineData("{ " + Right + ", \"retries\": 3 }", "retries is no key of a webhook; "
        + "there are name, url, secret, secret_file, events, prefixes, batch, timeout, keep")]
    [InlineData(
        "{ " + Right + ", " + Wanted + " }, { " + Right + ", " + Wanted + " }",
        "there is a webhook with the name \"app\" already")]
    public void A_mistake_is_told_with_its_line(string list, string message) => Assert.Equal(
        "h.json:2: " + message, Assert.Throws<ConfigurationException>(() => Read("\n" + list)).Message);

    [Fact]
    public void Comings_and_goings_want_a_namespace_that_tells_them() => Assert.Contains(
        "member_joined and member_left want a namespace with join_leave",
        Assert.Throws<ConfigurationException>(() => Read(
            $"{{ {Right}, \"events\": [\"member_left\"], \"prefixes\": [\"\"] }}")).Message,
        StringComparison.Ordinal);

    private static HalleyOptions Read(string list, string more = "") =>
        HalleyConfiguration.Read(Encoding.UTF8.GetBytes($"{{ {more} \"webhooks\": [ {list} ] }}"), "h.json");
}
