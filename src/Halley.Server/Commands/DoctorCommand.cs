using System.CommandLine;
using System.Globalization;
using Halley.Server.Configuration;
using Halley.Server.Doctor;
using StackExchange.Redis;

namespace Halley.Server.Commands;

/// <summary>
/// <c>halley doctor</c>: whether this machine can hold a million connections, and what to set so that it can; or
/// whether a Redis is fit for channels.
/// </summary>
internal static class DoctorCommand
{
    private const string Million = "1000000";

    /// <summary>More descriptors than Linux gives to a process: fs.nr_open ends below 2^31.</summary>
    private const long MaxConnections = 2_000_000_000;

    public static Command Create()
    {
        var connections = new Option<string>("--connections")
        {
            Description = "How many are to be held",
            HelpName = "N",
            DefaultValueFactory = _ => Million,
        };
        var script =
            new Option<bool>("--script") { Description = "Print a script that sets what must change, for good" };
        var redis = new Option<string>("--redis")
        {
            Description =
                "Examine this Redis instead: whether servers can share their channels through it, "
                    + "and what to set in redis.conf",
            HelpName = "URL",
        };
        var command = new Command("doctor", "Say how many connections this machine can hold and what stops more; "
            + "status 0 when N can be held") { connections, script, redis };
        command.SetAction(async (parsed, _) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(redis) is not { } url)
            {
                return Run(new LinuxMachine(), parsed.GetRequiredValue(connections), parsed.GetValue(script), output);
            }

            return parsed.GetValue(script) || parsed.GetResult(connections) is { Implicit: false }
                ? throw new CommandException("--redis stands alone: --connections and --script are about this machine")
                : Run(await AskedRedisServer.Ask(Connection(url, Serve.Variables())), output);
        });
        return command;
    }

    /// <returns>0 when so many can be held, else 1; a script that could be written is 0.</returns>
    /// <exception cref="CommandException">No number of connections.</exception>
    public static int Run(IMachine machine, string connections, bool isScript, TextWriter output)
    {
        if (!long.TryParse(connections, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number is < 1 or > MaxConnections)
        {
            throw new CommandException(
                $"--connections is \"{connections}\"; it wants a number from 1 to {MaxConnections}, such as {Million}");
        }

        var diagnosis = new Diagnosis(machine, number);
        if (isScript)
        {
            Prescription.Write(diagnosis, output);
            return 0;
        }

        DiagnosisTable.Write(diagnosis, output);
        return diagnosis.CanHold ? 0 : 1;
    }

    /// <returns>0 when channels can lie in all of them, else 1.</returns>
    public static int Run(IReadOnlyList<IRedisServer> servers, TextWriter output)
    {
        var diagnoses = servers.Select(server => new RedisDiagnosis(server)).ToList();
        foreach (var diagnosis in diagnoses)
        {
            if (diagnosis != diagnoses[0])
            {
                output.WriteLine();
            }

            RedisReport.Write(diagnosis, output);
        }

        return diagnoses.TrueForAll(diagnosis => diagnosis.IsFit) ? 0 : 1;
    }

    /// <summary>As a server in this environment would connect with that redis.url.</summary>
    /// <exception cref="CommandException">
    /// The URL is none. It is not repeated: there may be a password in it.
    /// </exception>
    private static ConfigurationOptions Connection(string url, IReadOnlyDictionary<string, string> environment)
    {
        if (!RedisSection.TryParse(url, out _))
        {
            throw new CommandException(
                "--redis wants redis://HOST:PORT such as redis://127.0.0.1:6379, as redis.url does; rediss:// for TLS");
        }

        var configuration = HalleyConfiguration.Load(null, environment, [new Setting("redis.url", url, "--redis")]);
        return configuration.Options.Redis.ToOptions(new HubOptions()).Connection;
    }
}
