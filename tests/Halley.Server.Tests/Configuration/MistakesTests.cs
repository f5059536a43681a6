using System.Text;
using Halley.Server.Configuration;

namespace Halley.Server.Tests.Configuration;

public class MistakesTests
{
    /// <summary>What a section says that there was.</summary>
    internal const string Former = "is not a key any more: servers share channels through Redis (section redis, "
        + "docs/scaling.md), or a router stands before servers that share nothing "
        + "(halley router, docs/router.md)";

    [Theory]
    [InlineData(
        "{\n  \"front\": {\n    \"max_chanels\": 5\n  }\n}",
        "h.json:3: front.max_chanels is not a key; did you mean front.max_channels?")]
    [InlineData("{ \"max_channels\": 5 }", "h.json:1: max_channels is not a key; did you mean front.max_channels?")]
    [InlineData("{\n\"frnt\": {} }", "h.json:2: frnt is not a key; did you mean front?")]
    [InlineData("{ \"colour\": 5 }", "h.json:1: colour is not a key; halley --help says where the keys are listed")]
    [InlineData("{\n\n\"front\": 5 }", "h.json:3: front is a section, not a key; its first key is front.listen")]
    [InlineData(
        "{ \"front\": { \"max_channels\": \"abc\" } }",
        "h.json:1: front.max_channels is \"abc\"; it wants a whole number from 1 to 2147483647")]
    [InlineData(
        "{ \"front\": { \"max_channels\": 1.5 } }",
        "h.json:1: front.max_channels is \"1.5\"; it wants a whole number from 1 to 2147483647")]
    [InlineData(
        "{ \"front\": { \"max_channels\": 0 } }",
        "h.json:1: front.max_channels is \"0\"; it wants a whole number from 1 to 2147483647")]
    [InlineData(
        "{ \"front\": { \"max_channels\": null } }",
        "h.json:1: front.max_channels wants a whole number from 1 to 2147483647")]
    [InlineData(
        "{ \"front\": { \"channel_timeout\": \"1h\" } }",
        "h.json:1: front.channel_timeout is \"1h\"; it wants a whole number of seconds from 1 to 2147483647")]
    [InlineData(
        "{ \"front\": { \"polling_timeout\": \"1m\" } }",
        "h.json:1: front.polling_timeout is \"1m\"; it wants a whole number of seconds from 1 to 2147483647")]
    [InlineData(
        "{ \"hook\": { \"timeout\": \"5s\" } }",
        "h.json:1: hook.timeout is \"5s\"; it wants a whole number of milliseconds from 10 to 600000")]
    [InlineData(
        "{ \"front\": { \"auth\": \"Token\" } }",
        "h.json:1: front.auth is \"Token\"; it wants none, or token, jwt and hook, joined by + where all must agree")]
    [InlineData(
        "{ \"logger\": { \"level\": \"loud\" } }",
        "h.json:1: logger.level is \"loud\"; it wants trace, debug, info, warn, error, fatal or none")]
    [InlineData(
        "{ \"admin\": { \"allow\": [\n\"1.2.3.4\",\n\"10.0.0.1/8\" ] } }",
        "h.json:3: admin.allow is \"10.0.0.1/8\"; it wants all, an address such as 127.0.0.1 or fd00::1, the first "
            + "numbers of one such as 192.168, or a network such as 10.0.0.0/8 with nothing set behind its prefix")]
    [InlineData(
        "{ \"otlp\": { \"endpoint\": \"ftp://me:p@ss/w@collector:4318\" } }",
        "h.json:1: otlp.endpoint is \"ftp://(hidden)@collector:4318\"; it wants a URL such as "
            + "http://127.0.0.1:4318, or nothing")]
    [InlineData(
        "{ \"front\": { \"allow\": [ \"fe80::1%eth0\" ] } }",
        "h.json:1: front.allow is \"fe80::1%eth0\"; it wants all, an address such as 127.0.0.1 or fd00::1, the first "
            + "numbers of one such as 192.168, or a network such as 10.0.0.0/8 with nothing set behind its prefix")]
    [InlineData(
        "{ \"front\": { \"trusted_proxies\": [\n\"10.0.0.0/8\",\n\"10.0.0.1/8\" ] } }",
        "h.json:3: front.trusted_proxies is \"10.0.0.1/8\"; it wants an address such as 127.0.0.1 or ::1, or a network "
            + "such as 10.0.0.0/8 or fd00::/8 with nothing set behind its prefix")]
    [InlineData(
        "{ \"admin\": {\n\"trusted_proxies\": [ \"all\" ] } }",
        "h.json:2: admin.trusted_proxies is \"all\"; it wants an address such as 127.0.0.1 or ::1, or a network such "
            + "as 10.0.0.0/8 or fd00::/8 with nothing set behind its prefix")]
    [InlineData(
        "{ \"front\": {\n\"auth\": \"none\",\n\"auth\": \"token\" } }",
        "h.json:3: front.auth stands already at h.json:2; leave one of the two")]
    [InlineData("{\n\"nodes\": {\n\"name\": \"a\" } }", $"h.json:2: nodes {Former}")]
    [InlineData("{ \"nodes\": {} }", $"h.json:1: nodes {Former}")]
    [InlineData("[]", "h.json:1: a halley.json begins with {")]
    public void A_mistake_in_a_file_is_told_with_line_and_key_and_what_would_be_right(string json, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => Json(json)).Message);

    [Fact]
    public void A_directory_that_a_script_left_out_is_no_directory() => Assert.Equal(
        "--data is empty; it wants a directory, such as /var/lib/halley",
        Assert.Throws<ConfigurationException>(() => CommandLineSettings.Read(null, null, [], data: "")).Message);

    [Fact]
    public void Both_Redis_and_a_directory_are_refused_before_anybody_is_asked() => Assert.Equal(
        "storage.path and redis.url are both set; channels lie on this machine, or in Redis: leave one out",
        Assert.Throws<ConfigurationException>(() => HalleyConfiguration.Read(
            """{ "storage": { "path": "/d" }, "redis": { "url": "redis://127.0.0.1:1" } }"""u8, "h.json")).Message);

    [Fact]
    public void A_list_is_wanted_where_there_is_one() => Assert.StartsWith(
        "h.json:1: admin.allow wants a list, [\"…\"], of: all, ",
        Assert.Throws<ConfigurationException>(() => Json("{ \"admin\": { \"allow\": \"all\" } }")).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("{\n  \"front\": {\n")]
    [InlineData("{\n\n  front: 5 }")]
    [InlineData("{\n\n}}")]
    public void What_is_not_json_is_told_with_its_line(string json) =>
        Assert.StartsWith(
            "h.json:3: this is not JSON",
            Assert.Throws<ConfigurationException>(() => Json(json)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Comments_trailing_commas_and_a_BOM_are_welcome() => Assert.Equal(
        ["front.auth"],
        Json("\uFEFF// all\n{ \"front\": { /* who */ \"auth\": \"token\", }, }").Select(setting => setting.Key));

    [Theory]
    [InlineData(
        "HALLEY_FRONT_LISTEN",
        "x",
        "environment: HALLEY_FRONT_LISTEN is not a key; did you mean HALLEY_FRONT__LISTEN?")]
    [InlineData(
        "HALLEY_MAX_CHANNELS",
        "5",
        "environment: HALLEY_MAX_CHANNELS is not a key; did you mean HALLEY_FRONT__MAX_CHANNELS?")]
    [InlineData(
        "HALLEY_FRONT__MAX_CHANNELS",
        "many",
        "environment: HALLEY_FRONT__MAX_CHANNELS is \"many\"; it wants a whole number from 1 to 2147483647")]
    [InlineData(
        "HALLEY_FRONT__LISTEN", "80",
        "environment: HALLEY_FRONT__LISTEN is \"80\"; it wants ADDRESS:PORT such as 127.0.0.1:8100, [::1]:8100, "
            + "localhost:8100 or :8100, or unix:/PATH, or off")]
    [InlineData("HALLEY_NODES__KEY", "a secret of the nodes", $"environment: HALLEY_NODES__KEY {Former}")]
    public void A_mistake_in_the_environment_names_the_variable(string name, string value, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => Variables((name, value))).Message);

    [Fact]
    public void Variables_that_are_not_the_operators_are_left_alone() => Assert.Empty(Variables(
        ("PATH", "x"),
        ("HALLEY_PORT", "tcp://10.0.0.1:8100"),
        ("HALLEY_SERVICE_HOST", "10.0.0.1"),
        ("HALLEY_PORT_8100_TCP_ADDR", "10.0.0.1"),
        ("HALLEY_FRONT_SERVICE_PORT", "8100")));

    [Theory]
    [InlineData("front.max_chanels=5", "--set: front.max_chanels is not a key; did you mean front.max_channels?")]
    [InlineData(
        "front.max_channels",
        "--set: \"front.max_channels\" has no value; it wants KEY=VALUE such as front.max_channels=1000")]
    [InlineData("=5", "--set: \"=5\" has no value; it wants KEY=VALUE such as front.max_channels=1000")]
    [InlineData("engine.reactors=-1", "--set: engine.reactors is \"-1\"; it wants a whole number from 0 to 1024")]
    public void A_mistake_on_the_command_line_is_told(string assignment, string message) =>
        Assert.Equal(
            message,
            Assert.Throws<ConfigurationException>(() => CommandLineSettings.Read(null, null, [assignment])).Message);

    private static List<Setting> Json(string json) => JsonSettings.Read(Encoding.UTF8.GetBytes(json), "h.json");

    private static List<Setting> Variables(params (string Name, string Value)[] variables) =>
        EnvironmentSettings.Read(variables.ToDictionary(pair => pair.Name, pair => pair.Value));
}
