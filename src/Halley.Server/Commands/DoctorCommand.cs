using System.CommandLine;
using System.Globalization;
using Halley.Server.Doctor;

namespace Halley.Server.Commands;

/// <summary><c>halley doctor</c>: whether this machine can hold a million connections, and what to set so that it can.</summary>
internal static class DoctorCommand
{
    private const string Million = "1000000";

    /// <summary>More descriptors than Linux gives to a process: fs.nr_open ends below 2^31.</summary>
    private const long MaxConnections = 2_000_000_000;

    public static Command Create()
    {
        var connections = new Option<string>("--connections") { Description = "How many are to be held", HelpName = "N", DefaultValueFactory = _ => Million };
        var script = new Option<bool>("--script") { Description = "Print a script that sets what must change, for good" };
        var command = new Command("doctor", "Say how many connections this machine can hold and what stops more; status 0 when N can be held") { connections, script };
        command.SetAction(parsed => Run(
            new LinuxMachine(),
            parsed.GetRequiredValue(connections),
            parsed.GetValue(script),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <returns>0 when so many can be held, else 1; a script that could be written is 0.</returns>
    /// <exception cref="CommandException">No number of connections.</exception>
    public static int Run(IMachine machine, string connections, bool isScript, TextWriter output)
    {
        if (!long.TryParse(connections, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > MaxConnections)
        {
            throw new CommandException($"--connections is \"{connections}\"; it wants a number from 1 to {MaxConnections}, such as {Million}");
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
}
