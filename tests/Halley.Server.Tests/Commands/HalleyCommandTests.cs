using System.CommandLine;
using Halley.Server.Commands;

namespace Halley.Server.Tests.Commands;

public class HalleyCommandTests
{
    [Theory]
    [InlineData("-h")]
    [InlineData("--help")]
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
    public async Task The_version_is_said(string argument)
    {
        var (status, output, _) = await Run(argument);
        Assert.Equal(0, status);
        Assert.Matches(@"^halley \d+\.\d+\.\d+\n$", output);
    }

    [Theory]
    [InlineData("halley: -s is \"reload\"; it wants start, stop or restart", "x.conf", "-s", "reload")]
    [InlineData("halley: Required argument missing for option: '-s'.", "x.conf", "-s")]
    [InlineData("halley: Unrecognized command or argument 'y.conf'.", "x.conf", "y.conf")]
    [InlineData("halley: Unrecognized command or argument '--frnt'.", "x.conf", "--frnt")]
    [InlineData("halley: --admin is \"8000\"; it wants ADDRESS:PORT such as 127.0.0.1:8000", "push", "a", "b", "--admin", "8000")]
    public async Task A_wrong_command_line_is_answered_with_the_usage(string line, params string[] arguments)
    {
        var (status, output, error) = await Run(arguments);
        Assert.Equal((1, ""), (status, output));
        var lines = error.Split('\n');
        Assert.Equal(line, lines[0]);
        Assert.StartsWith("usage: halley ", lines[^2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("halley: /none/x.conf: there is no such file\n", "/none/x.conf")]
    [InlineData("halley: /none/x.conf: there is no such file\n", "-d", "/none/x.conf")]
    [InlineData("halley: /none/x.conf: there is no such file\n", "/none/x.conf", "-s", "stop", "-d")]
    [InlineData("halley: /none/x.conf: there is no such file\n", "serve", "/none/x.conf")]
    [InlineData("halley: --set: front.max_chanels is not a key; did you mean front.max_channels?\n", "--set", "front.max_chanels=5")]
    [InlineData("halley: --front: front.listen is \"80\"; it wants ADDRESS:PORT such as 127.0.0.1:8100, [::1]:8100, localhost:8100 or :8100, or off\n", "--front", "80")]
    [InlineData("halley: -s stop needs a pidfile to know the server by; set pidfile in the configuration\n", "-s", "stop")]
    [InlineData("halley: there is no pidfile /none/x.pid, so no server is known to run\n", "-s", "stop", "--set", "pidfile=/none/x.pid")]
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
