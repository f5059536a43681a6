using System.Net;
using Halley.Server.Configuration;

namespace Halley.Server.Tests.Configuration;

public sealed class HalleyConfigurationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Nothing_said_means_the_defaults()
    {
        var options = Load(null).Options;
        Assert.Equal(
            ("0.0.0.0:8100", "127.0.0.1:8000", "info", "stdout"),
            (options.Front.Listen, options.Admin.Listen, options.Logger.Level, options.Logger.Output));
        Assert.Equal("", options.Pidfile);
    }

    [Fact]
    public void File_beats_defaults_and_environment_beats_file_and_command_line_beats_all()
    {
        var file = _directory.Write(
            "halley.json", """{ "front": { "max_channels": 1, "channel_timeout": 1, "polling_timeout": 1 } }""");
        var options = Load(
            file,
            ["front.max_channels=3"],
            ("HALLEY_FRONT__MAX_CHANNELS", "2"),
            ("HALLEY_FRONT__CHANNEL_TIMEOUT", "2")).Options;
        Assert.Equal(3, options.Front.MaxChannels);
        Assert.Equal(2, options.Front.ChannelTimeout);
        Assert.Equal(TimeSpan.FromSeconds(1), options.IComet.PollingTimeout);
        Assert.Equal(10, options.Front.ChannelBufferSize);
    }

    [Fact]
    public void A_list_set_higher_replaces_the_lower_one_whole()
    {
        var file = _directory.Write("halley.json", """{ "admin": { "allow": ["10", "11", "12"], "deny": ["13"] } }""");
        Assert.Equal(["10", "11", "12"], Load(file).Options.Admin.Allow);
        Assert.Equal(["127.0.0.1"], Load(file, ["admin.allow=127.0.0.1"]).Options.Admin.Allow);
        Assert.Equal(["1", "2"], Load(file, [], ("HALLEY_ADMIN__ALLOW", "1, 2")).Options.Admin.Allow);
        Assert.Empty(Load(file, ["admin.deny="]).Options.Admin.Deny);
    }

    [Fact]
    public void The_listen_options_are_the_short_form_of_set()
    {
        var options =
            HalleyConfiguration.Load(
                null, new Dictionary<string, string>(), CommandLineSettings.Read(":1", "[::1]:2", []))
                .Options;
        Assert.Equal((":1", "[::1]:2"), (options.Front.Listen, options.Admin.Listen));
    }

    [Fact]
    public void A_file_that_is_no_json_is_an_icomet_conf()
    {
        var file = _directory.Write(
            "icomet.conf",
            "front:\n\tpolling_timeout: 9\n\tmax_channels: 7\n\tmax_subscribers_per_channel: 1\n\tchannel_buffer_size: "
                + "1\n\tchannel_timeout: 1\n");
        var (options, warnings) = Load(file);
        Assert.Equal((9, 7), ((int)options.IComet.PollingTimeout.TotalSeconds, options.Front.MaxChannels));
        Assert.Empty(warnings);
    }

    [Fact]
    public void A_warning_about_what_a_higher_layer_sets_is_not_given()
    {
        var file = _directory.Write(
            "icomet.conf",
            "front:\n\tpolling_timeout: 9\n\tmax_subscribers_per_channel: 1\n\tchannel_buffer_size: "
                + "1\n\tchannel_timeout: 1\n");
        Assert.Single(Load(file).Warnings);
        Assert.Empty(Load(file, ["front.max_channels=5"]).Warnings);
        Assert.Empty(Load(file, [], ("HALLEY_FRONT__MAX_CHANNELS", "5")).Warnings);
    }

    [Fact]
    public void Paths_are_relative_to_the_file_and_else_to_the_current_directory()
    {
        var file = _directory.Write("halley.json", """{ "pidfile": "./run/x.pid", "logger": { "output": "x.log" } }""");
        var options = Load(file).Options;
        Assert.Equal(_directory.At("run/x.pid"), options.Pidfile);
        Assert.Equal(_directory.At("x.log"), options.Logger.Output);
        Assert.Equal(Path.GetFullPath("y.pid"), Load(null, ["pidfile=y.pid"]).Options.Pidfile);
    }

    [Fact]
    public void An_empty_log_output_is_stdout() =>
        Assert.Equal("stdout", Load(null, ["logger.output="]).Options.Logger.Output);

    [Theory]
    [InlineData("0.0.0.0:8000", "admin.allow=", true)]
    [InlineData("[::]:8000", "admin.allow=", true)]
    [InlineData(":8000", "admin.allow=", true)]
    [InlineData("0.0.0.0:8000", "admin.allow=all", false)]
    [InlineData("0.0.0.0:8000", "admin.deny=10.0.0.1", false)]
    [InlineData("0.0.0.0:8000", "admin.api_keys=0123456789abcdef", false)]
    [InlineData("0.0.0.0:8000", "admin.api_keys_file=keys", false)]
    [InlineData("127.0.0.1:8000", "admin.allow=", false)]
    [InlineData("[::1]:8000", "admin.allow=", false)]
    [InlineData("localhost:8000", "admin.allow=", false)]
    public void An_admin_port_that_is_open_to_the_world_stops_the_start(string listen, string guard, bool isOpen)
    {
        string[] settings = ["admin.listen=" + listen, guard];
        if (isOpen)
        {
            var refused = Assert.Throws<ConfigurationException>(() => Load(null, settings));
            Assert.Contains("whoever reaches that port may publish", refused.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.DoesNotContain(
                Load(null, settings).Warnings,
                warning => warning.StartsWith("admin.listen is ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void An_icomet_conf_whose_admin_port_is_open_starts_with_a_warning()
    {
        var path = _directory.At("open.conf");
        File.WriteAllText(
            path, "admin:\n\tlisten: 0.0.0.0:8000\nfront:\n\tpolling_timeout: 30\n\tchannel_timeout: 30\n");
        Assert.Contains(
            Load(path).Warnings, warning => warning.StartsWith("admin.listen is ", StringComparison.Ordinal));
    }

    [Fact]
    public void Keys_come_from_the_configuration_and_from_a_file()
    {
        var path = _directory.At("keys");
        File.WriteAllText(path, "# of the shop\n0123456789abcdef\n\n  fedcba9876543210 \r\n");
        var admin = Load(null, ["admin.api_keys=aaaaaaaaaaaaaaaa", "admin.api_keys_file=" + path]).Options.Admin;
        Assert.False(admin.ReadKeys().AreNone);

        File.WriteAllText(path, "0123456789abcdef\nshort-secret\n");
        var refused = Assert.Throws<ConfigurationException>(() => admin.ReadKeys());
        Assert.StartsWith($"{path}:2: this key has 12 bytes", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short-secret", refused.Message, StringComparison.Ordinal);
        File.WriteAllText(path, "\n");
        Assert.Contains(
            "has no key",
            Assert.Throws<ConfigurationException>(() => admin.ReadKeys()).Message,
            StringComparison.Ordinal);
        File.Delete(path);
        Assert.Contains(
            "cannot be read",
            Assert.Throws<ConfigurationException>(() => admin.ReadKeys()).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "127.0.0.1", false)]
    [InlineData("all", "127.0.0.1", false)]
    [InlineData("others", "127.0.0.1", true)]
    [InlineData("others", "::1", true)]
    [InlineData("others", "192.0.2.1", false)]
    public void Where_there_are_keys_this_machine_needs_one_too_unless_it_is_said_otherwise(
        string? setting, string address, bool needsNone)
    {
        string[] settings = setting is null ? [] : ["admin.require_key=" + setting];
        Assert.Equal(needsNone, Load(null, settings).Options.Admin.Keyless.Allows(IPAddress.Parse(address)));
    }

    [Fact]
    public void A_key_that_is_none_is_not_repeated()
    {
        var refused = Assert.Throws<ConfigurationException>(() => Load(null, ["admin.api_keys=short-secret"]));
        Assert.Contains(
            "admin.api_keys has one of 12 bytes; it wants 16 to 255", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short-secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_said()
    {
        var path = _directory.At("none.conf");
        Assert.Equal($"{path}: there is no such file", Assert.Throws<ConfigurationException>(() => Load(path)).Message);
    }

    [Fact]
    public void A_directory_is_no_configuration() =>
        Assert.Equal(
            $"{_directory.Root}: cannot be read: it is a directory",
            Assert.Throws<ConfigurationException>(() => Load(_directory.Root)).Message);

    private static HalleyConfiguration Load(
        string? file, string[]? sets = null, params (string Name, string Value)[] environment) =>
        HalleyConfiguration.Load(
            file,
            environment.ToDictionary(pair => pair.Name, pair => pair.Value),
            CommandLineSettings.Read(null, null, sets ?? []));
}
