using System.CommandLine;
using Halley.Server.Commands;

namespace Halley.Server.Tests.Commands;

public class BenchCommandTests
{
    [Theory]
    [InlineData("halley: --server is \"apache\"; it wants one of halley, icomet,", "--server", "apache")]
    [InlineData(
        "halley: --transport is \"tcp\"; it wants one of stream, sse, poll, websocket, signalr, socketio",
        "--transport",
        "tcp")]
    [InlineData(
        "halley: --publish is missing: give a URL with {channel}, or --server", "--subscribe", "http://127.0.0.1:1/x")]
    [InlineData("halley: --channels is \"many\"; it wants own, one, or a number", "--channels", "many")]
    [InlineData("halley: --channels is \"2000\"; it wants own, one, or a number", "--channels", "2000")]
    [InlineData("halley: --to is \"some\"; it wants one, random or all", "--to", "some")]
    [InlineData("halley: --drop is \"120%\"; it wants a share of the subscribers such as 20%", "--drop", "120%")]
    [InlineData("halley: --seconds needs --rate", "--seconds", "5")]
    [InlineData("halley: --size is 10; it wants at least 40", "--size", "10")]
    [InlineData("halley: --subscribers is 0; it wants at least 1", "--subscribers", "0")]
    [InlineData("halley: --pid is \"halley\"; it wants the number of the server's process", "--pid", "halley")]
    [InlineData("halley: There is no process 999999999", "--pid", "999999999")]
    [InlineData("halley: --broadcasts needs a URL", "--server", "nchan", "--broadcasts", "1")]
    [InlineData("halley: 999,999,999 subscribers need", "--subscribers", "999999999")]
    [InlineData("halley: --pid is missing: what is measured is the server's CPU and memory", "hold")]
    [InlineData(
        "halley: --sizes is 5 5; it wants two numbers, the second larger", "hold", "--pid", "1", "--sizes", "5", "5")]
    [InlineData("halley: --subscribers is 2; it wants 0 or 1", "push", "--pid", "1", "--subscribers", "2")]
    [InlineData("halley: /none/lines has no measurements: ", "table", "/none/lines")]
    public async Task What_cannot_be_measured_is_one_line_and_status_1(string line, params string[] words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        var status = await HalleyCommand.Run(
            ["bench", .. words], new InvocationConfiguration { Output = output, Error = error });

        Assert.Equal((1, ""), (status, output.ToString()));
        Assert.StartsWith(line, error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd('\n').Split('\n'));
    }
}
