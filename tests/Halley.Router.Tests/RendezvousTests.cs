using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Halley.Testing;

namespace Halley.Router.Tests;

/// <summary>
/// Which server has a channel: the same in every process, in PHP and in Python; spread evenly; and moved only where it
/// must be.
/// </summary>
public sealed class RendezvousTests
{
    private const int Channels = 100_000;

    private static readonly string[] Five = ["a", "b", "c", "node-4", "10.0.0.5"];

    [Fact]
    public void The_committed_vectors_hold()
    {
        using var vectors = ReadVectors();
        var digest = new byte[Rendezvous.DigestBytes];
        foreach (var vector in vectors.RootElement.GetProperty("vectors").EnumerateArray())
        {
            var channel = Encoding.UTF8.GetBytes(vector.GetProperty("channel").GetString()!);
            foreach (var claim in vector.GetProperty("digests").EnumerateObject())
            {
                Rendezvous.Digest(Encoding.UTF8.GetBytes(claim.Name), channel, digest);
                Assert.Equal(claim.Value.GetString(), Convert.ToHexStringLower(digest));
            }

            var order = vector.GetProperty("order").EnumerateArray().Select(name => name.GetString()!).ToArray();
            Assert.Equal(order, Rendezvous.Order(Five, channel));
            Assert.Equal(order[0], ChoiceOf(Five, channel));
        }
    }

    [Theory]
    [InlineData("php", "php", "-r")]
    [InlineData("python", "python3", "-c")]
    public async Task A_backend_computes_the_same_with_the_lines_in_the_documentation(
        string language, string interpreter, string option)
    {
        if (!Exists(interpreter))
        {
            // Not on this machine: the vectors above hold all the same.
            return;
        }

        var page = await File.ReadAllTextAsync(
            Path.Combine(HalleyCommand.Root(), "docs", "router.md"), TestContext.Current.CancellationToken);
        var snippet = Snippet(language).Match(page).Groups[1].Value;
        Assert.Contains("sha256", snippet, StringComparison.Ordinal);
        using var vectors = ReadVectors();
        foreach (var vector in vectors.RootElement.GetProperty("vectors").EnumerateArray())
        {
            var channel = vector.GetProperty("channel").GetString()!;
            var said = await RunAsync(interpreter, option, Program(language, snippet), [channel, .. Five]);
            Assert.Equal(vector.GetProperty("order")[0].GetString(), said.Trim());
        }
    }

    [Fact]
    public void The_fullest_of_five_servers_has_at_most_a_tenth_more_than_its_share()
    {
        var shares = Enumerable.Range(0, Channels).CountBy(n => ChoiceOf(Five, Name(n))).ToDictionary();

        Assert.Equal(Five.Length, shares.Count);
        Assert.InRange(shares.Values.Max(), 1, Channels / Five.Length * 1.1);
    }

    [Fact]
    public void A_server_that_is_added_takes_its_share_and_moves_nothing_else()
    {
        string[] six = [.. Five, "new"];
        var moved = 0;
        for (var n = 0; n < Channels; n++)
        {
            var (before, after) = (ChoiceOf(Five, Name(n)), ChoiceOf(six, Name(n)));
            Assert.True(before == after || after == "new", $"channel {n} went from {before} to {after}");
            moved += before == after ? 0 : 1;
        }

        Assert.InRange(moved, Channels / six.Length * 0.9, Channels / six.Length * 1.1);
    }

    [Fact]
    public void A_server_that_goes_leaves_each_channel_to_the_next_in_its_order()
    {
        for (var n = 0; n < 1000; n++)
        {
            var order = Rendezvous.Order(Five, Name(n));
            Assert.Equal(order[1], ChoiceOf([.. Five.Where(name => name != order[0])], Name(n)));
        }
    }

    private static byte[] Name(int n) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"user-{n}"));

    private static string ChoiceOf(string[] servers, ReadOnlySpan<byte> channel) =>
        servers[Rendezvous.First([.. servers.Select(Encoding.UTF8.GetBytes)], channel)];

    private static JsonDocument ReadVectors()
    {
        using var vectors = typeof(RendezvousTests).Assembly.GetManifestResourceStream("rendezvous-vectors.json")!;
        return JsonDocument.Parse(vectors);
    }

    private static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(
            folder => File.Exists(Path.Combine(folder, program)));

    // What calls the documented function with the arguments behind it.
    private static string Program(string language, string snippet) => language == "php"
        ? snippet.Replace("<?php", "", StringComparison.Ordinal) + "echo halley_server(array_slice($argv, 2), "
            + "$argv[1]);"
        : snippet + "\nimport sys\nprint(halley_server(sys.argv[2:], sys.argv[1]))\n";

    private static async Task<string> RunAsync(string interpreter, string option, string program, string[] arguments)
    {
        // A name must not be read as an option of the interpreter.
        using var process = Process.Start(new ProcessStartInfo(
            interpreter, [option, program, .. interpreter == "php" ? ["--"] : (string[])[], .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await errors);
        return await output;
    }

    private static Regex Snippet(string language) => new($"```{language}\n(.*?)```", RegexOptions.Singleline);
}
