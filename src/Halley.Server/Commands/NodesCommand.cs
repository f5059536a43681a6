using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Halley.Server.Commands;

/// <summary><c>halley nodes</c>: how the nodes are, as one of them sees it; and <c>halley nodes drain NAME</c>.</summary>
internal static class NodesCommand
{
    // Some do not serve: worth a look, and no failure of the command.
    private const int SomeDoNotServe = 2;

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly string[] Titles = ["NODE", "STATE", "CHANNELS", "SUBSCRIBERS", "SHARE", "FRONT"];

    public static Command Create()
    {
        var admin = Remote.AddressOption("--admin", "A node's port for publishers", "127.0.0.1:8000");
        admin.Recursive = true;
        var command = new Command("nodes", "Show the nodes that share channels: status 0 where all serve, 2 where some do not") { admin };
        command.SetAction(async (parsed, cancellation) =>
        {
            var said = await Ask(Remote.UrlOf(parsed.GetRequiredValue(admin)), "/nodes", cancellation);
            return Print(said, parsed.InvocationConfiguration.Output);
        });

        var name = new Argument<string>("NAME") { Description = "The node that is to give its channels up, so that it can be stopped" };
        var drain = new Command("drain", "Let a node give its channels up to the others") { name };
        drain.SetAction(async (parsed, cancellation) =>
        {
            var node = parsed.GetRequiredValue(name);
            await Ask(Remote.UrlOf(parsed.GetRequiredValue(admin)), $"/nodes/drain?node={Uri.EscapeDataString(node)}", cancellation);
            parsed.InvocationConfiguration.Output.WriteLine($"{node} gives its channels up; halley nodes shows when it has none");
            return 0;
        });
        command.Subcommands.Add(drain);
        return command;
    }

    /// <returns>The exit status.</returns>
    /// <exception cref="CommandException">These are no nodes.</exception>
    public static int Print(string json, TextWriter output)
    {
        try
        {
            using var report = JsonDocument.Parse(json);
            var nodes = report.RootElement.GetProperty("nodes").EnumerateArray().ToList();
            string[][] rows =
            [
                Titles,
                .. nodes.Select(node => (string[])
                [
                    Text(node, "name"),
                    Text(node, "state"),
                    node.GetProperty("channels").GetInt64().ToString("N0", CultureInfo.InvariantCulture),
                    node.GetProperty("subscribers").GetInt64().ToString("N0", CultureInfo.InvariantCulture),
                    string.Create(CultureInfo.InvariantCulture, $"{node.GetProperty("share").GetDouble() * 100:0.0} %"),
                    Text(node, "front"),
                ]),
            ];
            var widths = Enumerable.Range(0, Titles.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
            foreach (var row in rows)
            {
                // Numbers stand at the right.
                output.WriteLine(string.Join("  ", row.Select((cell, column) => column is >= 2 and <= 4 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
            }

            var waits = report.RootElement.GetProperty("waits_for").EnumerateArray().Select(item => item.GetString()).ToList();
            if (waits.Count > 0)
            {
                output.WriteLine($"{Text(report.RootElement, "node")} waits for {string.Join(", ", waits)}");
            }

            foreach (var node in nodes.Where(node => Text(node, "why").Length > 0))
            {
                output.WriteLine($"{Text(node, "name")}: {Text(node, "why")}");
            }

            return nodes.TrueForAll(node => Text(node, "state") == "serving") ? 0 : SomeDoNotServe;
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CommandException("what answers there is no node; is this a node's admin port (--admin)?");
        }
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString() ?? "";

    /// <exception cref="CommandException">No server, or it refuses.</exception>
    private static async Task<string> Ask(string url, string target, CancellationToken cancellation)
    {
        using var client = Remote.CreateClient();
        client.Timeout = AnswerTimeout;
        try
        {
            using var answer = await client.GetAsync(new Uri(url + target), cancellation);
            var said = await answer.Content.ReadAsStringAsync(cancellation);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => said,
                HttpStatusCode.NotFound when said.StartsWith('<') => throw new CommandException($"{url}: this server shares its channels with no other node; see nodes in its configuration"),
                HttpStatusCode.Forbidden => throw new CommandException($"{url}: this address may not ask; see admin.allow and admin.deny of the server"),
                _ => throw new CommandException($"{url}: the server says {(int)answer.StatusCode}: {said.ReplaceLineEndings(" ").Trim()}"),
            };
        }
        catch (Exception failed) when (failed is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new CommandException($"{url}: {Remote.Reason(failed)}; is the server running, and is this its admin port (--admin)?");
        }
    }
}
