using System.Diagnostics;
using System.Text.RegularExpressions;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>
/// What README.md shows is what happens: its console blocks are run, one terminal each, and must print what stands
/// there.
/// </summary>
public sealed partial class ReadmeTranscript(OpenServer server) : ICometCase(server)
{
    [Fact]
    public async Task The_commands_print_what_the_readme_says()
    {
        var readme = await File.ReadAllTextAsync(
            Path.Combine(HalleyCommand.Root(), "README.md"), TestContext.Current.CancellationToken);
        var terminals = Console()
            .Matches(readme)
            .Select(match => (Command: match.Groups["command"].Value, Output: match.Groups["output"].Value))
            .ToList();
        Assert.Equal(2, terminals.Count);

        var waiting = RunAsync(terminals[0].Command);
        await UntilSubscribersAsync("12", 1);
        var pushed = await RunAsync(terminals[1].Command);

        Assert.Equal(terminals[1].Output, pushed);
        Assert.Equal(terminals[0].Output, await waiting);
    }

    /// <summary>Runs the command as it is written, but for the ports, which are this test's.</summary>
    private async Task<string> RunAsync(string command)
    {
        var own = command
            .Replace("127.0.0.1:8100", $"{Server.Front}", StringComparison.Ordinal)
            .Replace("127.0.0.1:8000", $"{Server.Admin}", StringComparison.Ordinal);
        Assert.NotEqual(command, own);
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        using var bash = Process.Start(
            new ProcessStartInfo("bash", ["-c", own]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await bash.StandardOutput.ReadToEndAsync(patience.Token);
        await bash.WaitForExitAsync(patience.Token);
        Assert.Equal(0, bash.ExitCode);
        return output;
    }

    [GeneratedRegex(
        @"^```console\n\$ (?<command>.+)\n(?<output>(?s:.)*?)^```$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Console();
}
