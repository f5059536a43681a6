using System.Text.RegularExpressions;
using Halley.Testing;

namespace Halley.Clients.Tests;

/// <summary>
/// The terminals that a document shows, each a block of its own: commands behind <c>$</c>, and what they print. They
/// run beside each other in one folder, and in their order; the server has ports of its own.
/// </summary>
public sealed class Terminals : IAsyncDisposable
{
    private readonly ReservedPort _front = new();
    private readonly ReservedPort _admin = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-terminals-");
    private readonly List<(ClientProcess Terminal, IReadOnlyList<string> Expected)> _open = [];

    /// <summary>Saves a file that a document shows.</summary>
    public Task SaveAsync(string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(_folder.FullName, name), Own(text));

    /// <summary>
    /// Runs every block to where its next one may begin, and sees all of them print what they show. Where the first is
    /// no server, one with the defaults is there.
    /// </summary>
    public async Task RunAsync(IReadOnlyList<string> blocks)
    {
        foreach (var block in blocks[0].Split('\n').Any(Serves) ? blocks : ["$ halley", .. blocks])
        {
            var lines = block.TrimEnd().Split('\n').ToLookup(line => line.StartsWith("$ ", StringComparison.Ordinal));
            var commands = lines[true].Select(line => Own(line[2..])).ToList();
            var serves = lines[true].Any(Serves);
            if (serves)
            {
                await CloseAsync();
            }

            var terminal = ClientProcess.Start(
                _folder.FullName, "bash", "-c", string.Join('\n', [.. Prelude(), .. commands]));
            _open.Add((terminal, [.. lines[false]]));
            if (serves)
            {
                await terminal.UntilAsync("It serves.", said => said.Any(
                    line => line.Contains("Node: halley ", StringComparison.Ordinal)));
            }
            else if (!commands[^1].Contains("--no-buffer", StringComparison.Ordinal))
            {
                Assert.True(await terminal.UntilExitAsync() == 0, $"{block}{string.Join('\n', terminal.Lines)}");
            }
        }

        await CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (terminal, _) in _open)
        {
            await terminal.DisposeAsync();
        }

        _front.Dispose();
        _admin.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Whether a line starts the server, which goes on until it is stopped.</summary>
    private static bool Serves(string line) =>
        Regex.IsMatch(line, @"^\$ halley( --data \S+| \S+\.(json|conf))?$");

    private async Task CloseAsync()
    {
        foreach (var (terminal, expected) in _open)
        {
            await terminal.UntilAsync(string.Join('\n', expected), said => Shows(said, expected));
        }

        foreach (var (terminal, _) in _open)
        {
            await terminal.DisposeAsync();
        }

        _open.Clear();
    }

    /// <summary>Whether lines were printed in this order, others among them or not; … is anything.</summary>
    private bool Shows(IReadOnlyList<string> said, IReadOnlyList<string> expected)
    {
        var next = 0;
        foreach (var line in said)
        {
            if (next < expected.Count && Regex.IsMatch(
                AsShown(line), $"^{Regex.Escape(expected[next]).Replace("…", ".*", StringComparison.Ordinal)}$"))
            {
                next++;
            }
        }

        return next == expected.Count;
    }

    private string Own(string line) => line
        .Replace("curl ", "curl --silent ", StringComparison.Ordinal)
        .Replace("127.0.0.1:8100", $"{_front.OnLoopback}", StringComparison.Ordinal)
        .Replace("\"port\": \"8100\"", $"\"port\": \"{_front.Number}\"", StringComparison.Ordinal)
        .Replace("127.0.0.1:8000", $"{_admin.OnLoopback}", StringComparison.Ordinal);

    private string AsShown(string line) => line
        .Replace($"{_front.OnLoopback}", "127.0.0.1:8100", StringComparison.Ordinal)
        .Replace($"{_admin.OnLoopback}", "127.0.0.1:8000", StringComparison.Ordinal);

    // The command with the ports of this one, unless a configuration has them already. A server takes the terminal's
    // place, and ends with it.
    private IEnumerable<string> Prelude() =>
    [
        "set -e",
        $"PATH={Path.GetDirectoryName(HalleyCommand.Executable)}:$PATH",
        "halley() {",
        "  case $1 in",
        "    check | token | import) command halley \"$@\" ;;",
        $"    push) command halley \"$@\" --admin {_admin.OnLoopback} ;;",
        "    *.conf) exec halley \"$@\" ;;",
        "    *.json) if grep -q listeners \"$1\"; then exec halley \"$@\"; fi ;;&",
        $"    *) exec halley \"$@\" --front {_front.OnLoopback} --admin {_admin.OnLoopback} ;;",
        "  esac",
        "}",
    ];
}
