using System.CommandLine;
using Halley.Server.Commands;
using Halley.Server.Tests.Configuration;

namespace Halley.Server.Tests.Commands;

public class HalleyCommandTests
{
    [Theory]
    [InlineData("-h")]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("-d", "x.conf", "-h")]
    public async Task Help_has_examples(params string[] arguments)
    {
        var (status, output, error) = await Run(arguments);
        Assert.Equal((0, ""), (status, error));
        Assert.Contains("halley push news \"it rains\"", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-v")]
    [InlineData("--version")]
    [InlineData("version")]
    [InlineData("sub", "--version")]
    public async Task The_version_is_said(params string[] arguments)
    {
        var (status, output, _) = await Run(arguments);
        Assert.Equal(0, status);
        Assert.Matches(@"^halley \d+\.\d+\.\d+\n$", output);
    }

    [Theory]
    [InlineData("halley: -s is \"again\"; it wants start, stop, restart or reload", "x.conf", "-s", "again")]
    [InlineData("halley: Required argument missing for option: '-s'.", "x.conf", "-s")]
    [InlineData("halley: Unrecognized command or argument 'y.conf'.", "x.conf", "y.conf")]
    [InlineData("halley: Unrecognized command or argument '--frnt'; did you mean --front?", "x.conf", "--frnt")]
    [InlineData("halley: there is no option --frnt; did you mean --front?", "--frnt")]
    [InlineData("halley: there is no option --frnt; did you mean --front?", "--frnt", ":80")]
    [InlineData(
        "halley: there is no option -x; halley --help lists them, and what stands behind -- is taken as it is", "-x")]
    [InlineData("halley: there is no option --tken; did you mean --token?", "sub", "--tken")]
    [InlineData(
        "halley: Unrecognized command or argument '--adm'; did you mean --admin?",
        "push",
        "a",
        "b",
        "--adm",
        "127.0.0.1:8000")]
    [InlineData("halley: Unrecognized command or argument 'hodl'; did you mean hold?", "bench", "hodl")]
    [InlineData("halley: psuh is no command, and no file; did you mean halley push?", "psuh")]
    [InlineData("halley: psuh is no command, and no file; did you mean halley push?", "psuh", "news", "it rains")]
    [InlineData("halley: docter is no command, and no file; did you mean halley doctor?", "docter", "--script")]
    [InlineData("halley: push wants CHANNEL and TEXT", "push")]
    [InlineData("halley: push wants CHANNEL and TEXT", "push", "news")]
    [InlineData(
        "halley: --admin is \"8000\"; it wants ADDRESS:PORT such as 127.0.0.1:8000",
        "push",
        "a",
        "b",
        "--admin",
        "8000")]
    public async Task A_wrong_command_line_is_answered_with_the_usage(string line, params string[] arguments)
    {
        var (status, output, error) = await Run(arguments);
        Assert.Equal((1, ""), (status, output));
        var lines = error.Split('\n');
        Assert.Equal(line, lines[0]);
        Assert.StartsWith("usage: halley ", lines[^2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("usage: halley push CHANNEL TEXT [options]; halley push --help says more", "push", "news")]
    [InlineData("usage: halley check [CONF] [options]; halley check --help says more", "check", "--frnt")]
    [InlineData("usage: halley bench hold [options]; halley bench hold --help says more", "bench", "hold", "--frnt")]
    public async Task The_usage_is_that_of_the_command(string usage, params string[] arguments) =>
        Assert.EndsWith($"\n{usage}\n", (await Run(arguments)).Error, StringComparison.Ordinal);

    [Fact]
    public async Task An_argument_that_may_be_left_out_is_shown_so()
    {
        var (_, output, _) = await Run("--help");
        Assert.Matches(@"\n  check \[<CONF>\] +Read a configuration", output);
        Assert.Matches(@"\n  push <CHANNEL> <TEXT> +Publish", output);
        Assert.Matches(@"\n  <CONF> +A halley.json", output);
    }

    [Theory]
    [InlineData("halley check ")]
    [InlineData("halley token ")]
    [InlineData("halley explain ")]
    public async Task Help_has_an_example_of(string command) =>
        Assert.Contains($"\n  {command}", (await Run("--help")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task Help_says_when_to_begin_to_explain() =>
        Assert.Contains(
            "start it before the client comes", (await Run("explain", "--help")).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("help", "push")]
    [InlineData("push", "--help")]
    [InlineData("push", "-h")]
    [InlineData("push", "news", "it rains", "-?")]
    public async Task A_commands_help_is_its_own(params string[] arguments)
    {
        var (status, output, error) = await Run(arguments);
        Assert.Equal((0, ""), (status, error));
        Assert.Contains(" push <CHANNEL> <TEXT> [options]", output, StringComparison.Ordinal);
        Assert.DoesNotContain("CONF", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no command psuh; did you mean push?", "psuh")]
    [InlineData("there is no command hodl; did you mean hold?", "bench", "hodl")]
    public async Task Help_for_what_there_is_not_says_what_there_is(string line, params string[] words)
    {
        var (status, output, error) = await Run(["help", .. words]);
        Assert.Equal((1, "", $"halley: {line}\n"), (status, output, error));
    }

    [Theory]
    [InlineData("halley: /none/x.conf: there is no such file\n", "/none/x.conf")]
    [InlineData("halley: /none/x.conf: there is no such file\n", "-d", "/none/x.conf")]
    [InlineData("halley: /none/x.conf: there is no such file\n", "/none/x.conf", "-s", "stop", "-d")]
    [InlineData("halley: /none/x.conf: there is no such file\n", "serve", "/none/x.conf")]
    [InlineData(
        "halley: --set: front.max_chanels is not a key; did you mean front.max_channels?\n",
        "--set",
        "front.max_chanels=5")]
    [InlineData(
        "halley: --front: front.listen is \"80\"; it wants ADDRESS:PORT such as 127.0.0.1:8100, [::1]:8100, "
            + "localhost:8100 or :8100, or unix:/PATH, or off\n",
        "--front",
        "80")]
    [InlineData(
        "halley: --set: front.max_chanels is not a key; did you mean front.max_channels?\n",
        "check",
        "--set",
        "front.max_chanels=5")]
    [InlineData(
        "halley: --front: front.listen is 127.0.0.1:8000, and so is admin.listen (default); give one of them another "
            + "port, or set admin.listen to off\n",
        "check",
        "--front",
        "127.0.0.1:8000")]
    [InlineData($"halley: --set: nodes.name {MistakesTests.Former}\n", "--set", "nodes.name=a")]
    [InlineData($"halley: --set: nodes.list {MistakesTests.Former}\n", "router", "--set", "nodes.list=a")]
    [InlineData(
        "halley: -s stop needs a pidfile to know the server by; set pidfile in the configuration\n", "-s", "stop")]
    [InlineData(
        "halley: there is no pidfile /none/x.pid, so no server is known to run\n",
        "-s",
        "stop",
        "--set",
        "pidfile=/none/x.pid")]
    public async Task What_cannot_be_done_is_one_line_and_status_1(string line, params string[] arguments)
    {
        var (status, output, error) = await Run(arguments);
        Assert.Equal((1, "", line), (status, output, error));
    }

    private static async Task<(int Status, string Output, string Error)> Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var status = await HalleyCommand.Run(arguments, new InvocationConfiguration { Output = output, Error = error });
        return (status, output.ToString(), error.ToString());
    }
}
