using System.Text;
using Halley.Server.Configuration;
using Halley.Server.Workers;

namespace Halley.Server.Tests.Configuration;

/// <summary>The operator's servers that are asked by name.</summary>
public sealed class ProxiesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_server_has_a_name_and_its_own_way_of_being_asked_in_workers_too()
    {
        var path = _directory.Write(
            "h.json",
            """
            { "proxies": [ { "name": "chat", "url": "http://127.0.0.1:3000/chat?a=b", "timeout": "2s",
                "http_headers": ["Cookie"], "static_headers": { "X-App": "a b" }, "rpc_prefixes": ["chat:", ""] } ],
              "namespaces": [ { "prefix": "a", "subscribe_proxy": "chat", "publish_proxy": "chat",
                "sub_refresh_proxy": "chat" } ] }
            """);
        var options = HalleyConfiguration.Load(path, new Dictionary<string, string>(), []).Options;
        foreach (var read in (HalleyOptions[])
            [options, WorkerOptions.Read(WorkerOptions.Write(options, null, [])).Options])
        {
            var proxy = Assert.Single(read.GetProxies());
            Assert.Equal(
                ("chat", "http://127.0.0.1:3000/chat?a=b", TimeSpan.FromSeconds(2)),
                (proxy.Name, proxy.Url, proxy.Timeout));
            Assert.Equal(["Cookie"], proxy.Headers);
            Assert.Equal([("X-App", "a b")], proxy.StaticHeaders);
            Assert.Equal(["chat:", ""], proxy.RpcPrefixes);
            var space = read.GetNamespaces().Find("abc"u8)!;
            Assert.Equal(("chat", "chat", "chat"), (space.SubscribeProxy, space.PublishProxy, space.SubRefreshProxy));
        }
    }

    [Theory]
    [InlineData("{ }", "a proxy wants name: what namespaces call it")]
    [InlineData("""{ "name": "a" }""", "a proxy wants url: where it is asked")]
    [InlineData(
        """{ "name": "a b" }""", "name is \"a b\"; it wants letters, digits, \".\", \"_\" and \"-\", 1 to 50")]
    [InlineData(
        """{ "url": "grpc://a" }""",
        "url is \"grpc://a\"; it wants http:// or https:// with a host, without user, password and variables")]
    [InlineData(
        """{ "url": "http://a/$arg_b" }""",
        "url is \"http://a/$arg_b\"; it wants http:// or https:// with a host, without user, password and variables")]
    [InlineData("""{ "timeout": "2m" }""", "timeout is \"2m\"; it wants a time of at most 1m, such as \"1s\"")]
    [InlineData(
        """{ "http_headers": ["a b"] }""",
        "http_headers is \"a b\"; it wants the name of a header field, such as Cookie")]
    [InlineData(
        """{ "static_headers": { "host": "secret" } }""",
        "static_headers is \"host\"; it wants names of header fields, but none of connection, content-length, "
            + "content-type, expect, host, te, trailer, transfer-encoding, upgrade")]
    [InlineData(
        """{ "static_headers": { "X-Key": "secret\n" } }""",
        "the value of X-Key in static_headers wants printable ASCII characters, without space around it")]
    [InlineData("""{ "rpc_prefix": "a" }""", "rpc_prefix is no key of a proxy; did you mean rpc_prefixes?")]
    [InlineData(
        """{ "name": "a", "url": "http://a" }, { "name": "a", "url": "http://b" }""",
        "there is a proxy with the name \"a\" already")]
    [InlineData(
        """{ "name": "a", "url": "http://a", "rpc_prefixes": ["x"] }, """
            + """{ "name": "b", "url": "http://b", "rpc_prefixes": ["x"] }""",
        "another proxy has \"x\" in rpc_prefixes already")]
    public void A_mistake_is_told_with_its_line(string list, string message) => Assert.Equal(
        "h.json:2: " + message,
        Assert.Throws<ConfigurationException>(() => Read($"{{ \"proxies\": [\n{list} ] }}")).Message);

    [Theory]
    [InlineData(
        """{ "prefix": "a", "publish_proxy": "b" }""",
        "publish_proxy of the namespace with the prefix \"a\" is \"b\", which is no name in proxies; there are none")]
    [InlineData(
        """{ "prefix": "a", "sub_refresh_proxy": "b" }""",
        "sub_refresh_proxy wants subscribe_proxy beside it: who has allowed a subscription is asked again")]
    public void A_namespace_names_what_there_is(string list, string message) => Assert.Equal(
        "h.json:1: " + message,
        Assert.Throws<ConfigurationException>(() => Read($"{{ \"namespaces\": [ {list} ] }}")).Message);

    private static HalleyOptions Read(string text) => HalleyConfiguration.Read(Encoding.UTF8.GetBytes(text), "h.json");
}
