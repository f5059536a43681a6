using System.Text;
using Halley.Protocol.Clients;
using Halley.Server.Configuration;
using Halley.Server.Workers;

namespace Halley.Server.Tests.Configuration;

public sealed class NamespacesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_longest_prefix_counts()
    {
        var namespaces = Read("""
            { "prefix": "", "publish": "nobody" }, { "prefix": "a:b:", "publish": "users" },
            { "prefix": "a:", "publish": "anyone", "history_size": 3, "history_ttl": "2h" }
            """).GetNamespaces();
        Assert.Equal(WhoMay.Nobody, namespaces.Find("x"u8)!.Publish);
        Assert.Equal(WhoMay.Anyone, namespaces.Find("a:x"u8)!.Publish);
        Assert.Equal(WhoMay.Users, namespaces.Find("a:b:x"u8)!.Publish);
        Assert.Equal(new Retention(3, TimeSpan.FromHours(2)), namespaces.RetentionOf("a:x"u8));
        Assert.Null(namespaces.RetentionOf("x"u8));
    }

    [Fact]
    public void Each_says_what_becomes_of_slow_consumers()
    {
        var options = Read("""
            { "prefix": "a:", "slow_consumer": "drop_oldest" }, { "prefix": "b:", "slow_consumer": "latest" },
            { "prefix": "c:", "slow_consumer": "end" }, { "prefix": "d:" }
            """);
        var policyOf = options.ToHubOptions().SlowConsumersOf!;
        Assert.Equal(SlowConsumerPolicy.DropOldest, policyOf("a:x"u8));
        Assert.Equal(SlowConsumerPolicy.Latest, policyOf("b:x"u8));
        Assert.All(["c:x", "d:x", "x"], name => Assert.Equal(
            SlowConsumerPolicy.End, policyOf(Encoding.UTF8.GetBytes(name))));
    }

    [Theory]
    [InlineData("{ }", "a namespace wants prefix: how its channels begin; \"\" is for all")]
    [InlineData("""{ "prefix": "a", "subscribe": "me" }""", "subscribe is \"me\"; it wants nobody, users or anyone")]
    [InlineData(
        """{ "prefix": "a", "history_size": -1 }""",
        "history_size is \"-1\"; it wants a number of messages from 0 to 1000000")]
    [InlineData(
        """{ "prefix": "a", "history_size": 1, "history_ttl": "0" }""",
        "history_ttl is \"0\"; it wants a time of at most 365d, such as 60 or \"2h\"")]
    [InlineData("""{ "prefix": "a", "history_ttl": 1 }""", "history_ttl wants history_size beside it")]
    [InlineData("""{ "prefix": "a", "recovery_mode": 1 }""", "recovery_mode is \"1\"; it wants stream or cache")]
    [InlineData(
        """{ "prefix": "a", "slow_consumer": "drop" }""",
        "slow_consumer is \"drop\"; it wants end, drop_oldest or latest")]
    [InlineData("""{ "prefix": "a", "join_leave": 1 }""", "join_leave is \"1\"; it wants true or false")]
    [InlineData(
        """{ "prefix": "a", "join_leave": true }""",
        "join_leave wants presence beside it: who may listen to that (nobody, users or anyone)")]
    [InlineData(
        """{ "prefix": "a", "suscribe": "users" }""", "suscribe is no key of a namespace; did you mean subscribe?")]
    [InlineData("""{ "prefix": "a", "prefix": "b" }""", "prefix stands here twice; leave one of the two")]
    [InlineData(
        """{ "prefix": "b" }, { "prefix": "b" }""", "there is a namespace with the prefix \"b\" already")]
    [InlineData("\"a\"", "a namespace begins with {")]
    public void A_mistake_is_told_with_its_line(string list, string message) => Assert.Equal(
        "h.json:2: " + message, Assert.Throws<ConfigurationException>(() => Read("\n" + list)).Message);

    [Fact]
    public void A_second_list_is_refused() => Assert.Equal(
        "h.json:2: namespaces stands already at h.json:1; put all of them into one list",
        Assert.Throws<ConfigurationException>(() => HalleyConfiguration.Read(
            "{ \"namespaces\": [],\n\"namespaces\": [] }"u8, "h.json")).Message);

    [Fact]
    public void A_worker_has_them_too()
    {
        var path = _directory.Write("h.json", """{ "namespaces": [ { "prefix": "a", "subscribe": "users" } ] }""");
        var options = HalleyConfiguration.Load(path, new Dictionary<string, string>(), []).Options;
        var handedDown = WorkerOptions.Read(WorkerOptions.Write(options, null, [])).Options;
        Assert.Equal(WhoMay.Users, handedDown.GetNamespaces().Find("abc"u8)!.Subscribe);
    }

    private static HalleyOptions Read(string list) => HalleyConfiguration.Read(
        Encoding.UTF8.GetBytes($"{{ \"namespaces\": [ {list} ] }}"), "h.json");
}
