using System.Text;
using Halley.Server.Configuration;
using Halley.Server.Configuration.IcometConf;

namespace Halley.Server.Tests.Configuration;

public class ConfSettingsTests
{
    private const string Front =
        "front:\n\tlisten: 127.0.0.1:8100\n\tauth: none\n\tmax_channels: 100\n\tmax_subscribers_per_channel: "
            + "16\n\tchannel_buffer_size: 10\n\tchannel_timeout: 20\n\tpolling_timeout: 30\n";

    [Fact]
    public void The_originals_keys_are_all_understood()
    {
        var conf = Read(
            "pidfile = ./x.pid\nlogger:\n\tlevel: warn\n\toutput: x.log\n\trotate:\n\t\tsize: 1000000000\n"
                + "admin:\n\tlisten: 0.0.0.0:8000\n\tallow: 127.0.0.1\n\tallow: 192.168\n\tdeny: all\n"
                + Front);
        Assert.Empty(conf.Warnings);
        Assert.Equal("./x.pid", Value(conf, "pidfile"));
        Assert.Equal("1000000000", Value(conf, "logger.rotate.size"));
        Assert.Equal(["127.0.0.1", "192.168"], Values(conf, "admin.allow"));
        Assert.Equal(["all"], Values(conf, "admin.deny"));
        Assert.Equal("20", Value(conf, "front.channel_timeout"));
    }

    [Theory]
    [InlineData("10 # x", "10", false)]
    [InlineData("10#x", "10", false)]
    [InlineData("10s", "10", true)]
    [InlineData("+10", "+10", false)]
    [InlineData("99999999999", "2147483647", true)]
    [InlineData("99999999999999999999999", "2147483647", true)]
    public void Leading_digits_count_and_what_is_odd_is_said(string written, string read, bool isWarned)
    {
        var conf = Read(Front.Replace("max_channels: 100", "max_channels: " + written, StringComparison.Ordinal));
        Assert.Equal(int.Parse(read), int.Parse(Value(conf, "front.max_channels")!));
        Assert.Equal(
            isWarned, conf.Warnings.Any(
                warning => warning.Text.StartsWith("x.conf:4: front.max_channels ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-")]
    [InlineData("# 10")]
    public void A_number_without_a_digit_stops_the_start(string written) => Assert.Equal(
        $"x.conf:4: front.max_channels is \"{written}\"; it wants a whole number from 1 to 2147483647",
        Refusal(Front.Replace("max_channels: 100", "max_channels: " + written, StringComparison.Ordinal)));

    [Fact]
    public void A_number_left_empty_counts_as_missing_and_that_is_said()
    {
        var conf = Read(Front.Replace("channel_timeout: 20", "channel_timeout:", StringComparison.Ordinal));
        Assert.Equal("15", Value(conf, "front.channel_timeout"));
        Assert.Contains(
            conf.Warnings,
            warning => warning.Text.StartsWith("x.conf:7: front.channel_timeout is empty", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("max_channels: 100", "max_channels", "NOBODY GETS IN")]
    [InlineData("max_subscribers_per_channel: 16", "max_subscribers_per_channel", "NOBODY GETS IN")]
    [InlineData("channel_buffer_size: 10", "channel_buffer_size", "no message is kept")]
    public void A_limit_that_is_missing_is_0_and_said_loudly(string line, string key, string meaning)
    {
        var conf = Read(Front.Replace("\t" + line + "\n", "", StringComparison.Ordinal));
        Assert.Equal("0", Value(conf, "front." + key));
        var warning = Assert.Single(conf.Warnings);
        Assert.StartsWith($"x.conf: front.{key} is missing and taken for 0", warning.Text, StringComparison.Ordinal);
        Assert.Contains(meaning, warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_below_0_is_0()
    {
        var conf = Read(Front.Replace("max_channels: 100", "max_channels: -5", StringComparison.Ordinal));
        Assert.Equal("0", Value(conf, "front.max_channels"));
        Assert.StartsWith(
            "x.conf:4: front.max_channels is -5 and taken for 0",
            Assert.Single(conf.Warnings).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_buffer_of_0_is_meant() =>
        Assert.Empty(Read(Front.Replace("buffer_size: 10", "buffer_size: 0", StringComparison.Ordinal)).Warnings);

    [Theory]
    [InlineData("\tchannel_timeout: 0\n", "30", "15")]
    [InlineData("\tchannel_timeout: -1\n", "30", "15")]
    [InlineData("", "31", "15")]
    [InlineData("", "1", "1")]
    public void A_channel_timeout_that_is_none_is_half_of_polling_timeout(string line, string polling, string half)
    {
        var conf = Read(
            Front.Replace("\tchannel_timeout: 20\n", line, StringComparison.Ordinal).Replace(
                "polling_timeout: 30", "polling_timeout: " + polling, StringComparison.Ordinal));
        Assert.Equal(half, Value(conf, "front.channel_timeout"));
        Assert.Contains("front.channel_timeout", Assert.Single(conf.Warnings).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\tpolling_timeout: 0\n", "x.conf:8: front.polling_timeout is 0; ")]
    [InlineData("\tpolling_timeout: -3\n", "x.conf:8: front.polling_timeout is -3; ")]
    [InlineData("", "x.conf: front.polling_timeout is missing; ")]
    public void Without_a_polling_timeout_there_is_no_start(string line, string message) =>
        Assert.StartsWith(
            message,
            Refusal(Front.Replace("\tpolling_timeout: 30\n", line, StringComparison.Ordinal)),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("TOKEN", "none", true)]
    [InlineData("token # really", "none", true)]
    [InlineData("token", "token", false)]
    public void Any_auth_word_but_token_is_none(string written, string taken, bool isWarned)
    {
        var conf = Read(Front.Replace("auth: none", "auth: " + written, StringComparison.Ordinal));
        Assert.Equal(taken, Value(conf, "front.auth"));
        Assert.Equal(
            isWarned
                ? [$"x.conf:3: front.auth \"{written}\" is taken for none: subscribers need no token; it wants none, "
                    + "or token, jwt and hook, joined by + where all must agree"]
                : [],
            conf.Warnings.Select(warning => warning.Text));
    }

    [Fact]
    public void An_unknown_log_level_is_debug()
    {
        var conf = Read("logger:\n\tlevel: verbose\n" + Front);
        Assert.Equal("debug", Value(conf, "logger.level"));
        Assert.Equal(
            "x.conf:2: logger.level \"verbose\" is taken for debug; it wants trace, debug, info, warn, error, fatal or "
                + "none",
            Assert.Single(conf.Warnings).Text);
    }

    [Fact]
    public void A_log_file_below_a_megabyte_is_one()
    {
        var conf = Read("logger:\n\trotate:\n\t\tsize: 1000\n" + Front);
        Assert.Equal("1048576", Value(conf, "logger.rotate.size"));
        Assert.StartsWith(
            "x.conf:3: logger.rotate.size 1000 is taken for 1048576",
            Assert.Single(conf.Warnings).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_key_is_ignored_and_named_with_what_was_meant()
    {
        var conf = Read(Front + "\tmax_chanels: 3\nfrnt:\n\tlisten: x\n");
        Assert.Equal(
            [
                "x.conf:9: front.max_chanels is not a key; did you mean front.max_channels? (the line is ignored)",
                "x.conf:10: frnt is not a key; did you mean front? (the line is ignored)",
            ],
            conf.Warnings.Select(warning => warning.Text));
    }

    [Fact]
    public void A_section_nodes_is_not_ignored_since_servers_would_share_nothing() => Assert.Equal(
        $"x.conf:9: nodes {MistakesTests.Former}",
        Assert.Throws<ConfigurationException>(() => Read(Front + "nodes:\n\tname: a\n")).Message);

    [Fact]
    public void Of_two_equal_keys_the_last_wins()
    {
        var conf = Read(Front + "\tpolling_timeout: 8\n");
        Assert.Equal("8", Value(conf, "front.polling_timeout"));
        Assert.Equal(
            "x.conf:8: front.polling_timeout stands again at line 9, which hides this one whole; leave one of the two",
            Assert.Single(conf.Warnings).Text);
    }

    [Fact]
    public void A_second_section_hides_the_first_whole()
    {
        var conf = Read(Front
            + "front:\n\tpolling_timeout: 8\n\tmax_channels: 5\n\tmax_subscribers_per_channel: 5\n\tchannel_timeout: "
            + "5\n\tchannel_buffer_size: 5\n");
        Assert.Null(Value(conf, "front.listen"));
        Assert.Equal("8", Value(conf, "front.polling_timeout"));
        Assert.StartsWith(
            "x.conf:1: front stands again at line 9", Assert.Single(conf.Warnings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proxy_that_is_none_stops_the_start() => Assert.StartsWith(
        "x.conf:2: admin.trusted_proxies is \"10.0.0.1/8\"; it wants an address ",
        Assert.Throws<ConfigurationException>(() => Read("admin:\n\ttrusted_proxies: 10.0.0.1/8\n" + Front)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("10.0.0.0/8", "names the network 10.0.0.0/8; for iComet it named nobody")]
    [InlineData("127.0.0.", "names the network 127.0.0.0/24; for iComet it named nobody")]
    [InlineData(
        "127.1",
        "names the network 127.1.0.0/16; for iComet also every other address that begins with these characters, such "
            + "as 127.10.0.1. Write 127.1. ")]
    [InlineData(
        "192.168.1",
        "names the network 192.168.1.0/24; for iComet also every other address that begins with these characters, such "
            + "as 192.168.10.1. ")]
    [InlineData(
        "10",
        "names the network 10.0.0.0/8; for iComet also every other address that begins with these characters, such as "
            + "100.0.0.1. ")]
    [InlineData("10.0.0.1, 10.0.0.2", "names nobody")]
    [InlineData("10.0.0.1/8", "names nobody")]
    [InlineData("fe80::1%eth0", "names nobody")]
    [InlineData("", "is empty, which names every address")]
    public void A_rule_that_cannot_mean_what_it_says_is_kept_and_named(string value, string meaning)
    {
        var conf = Read($"admin:\n\tdeny: {value}\n" + Front);
        Assert.Equal([value], Values(conf, "admin.deny"));
        Assert.StartsWith(
            $"x.conf:2: admin.deny \"{value}\" {meaning}", Assert.Single(conf.Warnings).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("10.1.2.3")]
    [InlineData("10.")]
    [InlineData("127.1.")]
    [InlineData("127.0")]
    [InlineData("192.168")]
    [InlineData("192.168.26")]
    [InlineData("fd00::1")]
    public void A_rule_that_means_what_it_meant_is_not_spoken_of(string value) =>
        Assert.Empty(Read($"admin:\n\tallow: {value}\n" + Front).Warnings);

    [Fact]
    public void An_address_that_is_none_stops_the_start() => Assert.Equal(
        "x.conf:2: front.listen is \"8100\"; it wants ADDRESS:PORT such as 127.0.0.1:8100, [::1]:8100, localhost:8100 "
            + "or :8100, or unix:/PATH, or off",
        Refusal(Front.Replace("127.0.0.1:8100", "8100", StringComparison.Ordinal)));

    private static ConfSettings Read(string text) => ConfSettings.Read(Encoding.UTF8.GetBytes(text), "x.conf");

    private static string Refusal(string text) => Assert.Throws<ConfigurationException>(() => Read(text)).Message;

    private static string? Value(ConfSettings conf, string key) => Values(conf, key).LastOrDefault();

    private static IEnumerable<string?> Values(ConfSettings conf, string key) =>
        conf.Settings.Where(setting => setting.Key == key).Select(setting => setting.Value);
}
