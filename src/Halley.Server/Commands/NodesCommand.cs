using System.CommandLine;
using System.Globalization;
using Halley.Redis;
using Halley.Server.Configuration;
using StackExchange.Redis;

namespace Halley.Server.Commands;

/// <summary>
/// <c>halley nodes</c>: the servers that share a Redis, as each says there of itself every few seconds.
/// </summary>
internal static class NodesCommand
{
    // There are some, and one of them is worth a look.
    private const int SomeAreDeaf = 2;

    private static readonly string[] Titles =
        ["NODE", "STATE", "CONNECTIONS", "SUBSCRIBERS", "CHANNELS", "LAG", "VERSION"];

    public static Command Create()
    {
        var conf = new Argument<string?>("CONF")
        {
            Description = "The configuration of one of them",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var url = new Option<string?>("--redis")
        {
            Description = "Where Redis is, in the place of redis.url",
            HelpName = "URL",
        };
        var command = new Command(
            "nodes",
            "Show the servers that share a Redis: status 0 where all hear what is published, 2 where some do not")
        {
            conf,
            url,
        };
        command.SetAction(async (parsed, _) => Print(
            await Read(parsed.GetValue(conf), parsed.GetValue(url)), parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <returns>The exit status.</returns>
    public static int Print(IReadOnlyList<NodeLease> nodes, TextWriter output)
    {
        if (nodes.Count == 0)
        {
            output.WriteLine(
                "no server shares this Redis; redis.prefix must be theirs, "
                    + "and a server that has ended is forgotten after 6 seconds");
            return 0;
        }

        string[][] rows =
        [
            Titles,
            .. nodes.Select(node => (string[])
            [
                node.Name,
                node.Lag is null ? "deaf" : "hears",
                Number(node.Connections),
                Number(node.Subscribers),
                Number(node.Channels),
                node.Lag is { } lag ? string.Create(CultureInfo.InvariantCulture, $"{lag} ms") : "-",
                node.Version,
            ]),
        ];
        var widths = Titles.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            // Numbers stand at the right.
            output.WriteLine(string.Join(
                "  ",
                row.Select((cell, column) => column is >= 2 and <= 5
                    ? cell.PadLeft(widths[column])
                    : cell.PadRight(widths[column]))).TrimEnd());
        }

        return nodes.All(node => node.Lag is not null) ? 0 : SomeAreDeaf;
    }

    private static async Task<IReadOnlyList<NodeLease>> Read(string? conf, string? url)
    {
        Setting[] above = url is null ? [] : [new Setting("redis.url", url, "--redis")];
        Array.ForEach(above, setting => SettingKeys.Require(setting, key => key));
        var options = HalleyConfiguration.Load(conf, Serve.Variables(), above).Options;
        if (!options.Redis.IsUsed)
        {
            throw new CommandException(
                "redis.url is not set: say --redis redis://HOST:PORT, or which configuration the servers have");
        }

        try
        {
            return await NodeLease.ReadAll(options.Redis.ToOptions(new HubOptions()));
        }
        catch (Exception failed) when (failed is RedisException or TimeoutException)
        {
            throw new CommandException(
                $"redis.url: Redis does not answer, or refuses ({ConnectionFault.Describe(failed)}); "
                + "see redis.user, redis.password and redis.timeout, too");
        }
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
