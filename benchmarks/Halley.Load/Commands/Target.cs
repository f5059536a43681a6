using System.CommandLine;
using System.Net;
using Halley.Load.Reports;
using Halley.Load.Server;

namespace Halley.Load.Commands;

/// <summary>The server under measurement and how often to measure: the options every measure has.</summary>
internal sealed class Target
{
    private readonly Option<int[]> _pids = new("--pid")
    {
        Description = "The server's process; several: their sum counts.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<IPEndPoint> _front = EndPoint("--front", "Where subscribers connect.", 8100);
    private readonly Option<IPEndPoint> _admin = EndPoint("--admin", "Where publishers connect.", 8000);
    private readonly Option<string> _label = new("--label") { Description = "What to call the server.", DefaultValueFactory = _ => "server" };
    private readonly Option<bool> _json = new("--json") { Description = "Write one line of JSON instead of text." };

    private readonly Option<bool> _heap = new("--heap")
    {
        Description = "The server is .NET: count what it allocates, and nothing else, because counting costs the server CPU and memory.",
    };

    private readonly Option<int> _rounds = new("--rounds") { Description = "How often to measure.", DefaultValueFactory = _ => 1 };

    public ServerProcess Server { get; private set; } = new([]);

    public IPEndPoint Front { get; private set; } = new(0, 0);

    public IPEndPoint Admin { get; private set; } = new(0, 0);

    public int Rounds { get; private set; }

    public bool CountsHeap { get; private set; }

    private string Label { get; set; } = "";

    private bool WritesJson { get; set; }

    /// <summary>Makes a command of a measure: the options are read, the outcome is written, trouble is one line and exit code 1.</summary>
    public Command CommandFor(
        string name, string description, IEnumerable<Option> options, Func<ParseResult, (string Setting, Action<Measurement> Run)> prepare)
    {
        Command command = new(name, description) { _pids, _front, _admin, _rounds, _label, _json, _heap };
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            Bind(parsed);
            var (setting, run) = prepare(parsed);
            var measurement = new Measurement(Label, name, setting, []);
            try
            {
                run(measurement);
            }
            catch (Exception trouble) when (trouble is LoadException or Microsoft.Diagnostics.NETCore.Client.DiagnosticsClientException)
            {
                Console.Error.WriteLine(trouble.Message);
                return 1;
            }

            if (WritesJson)
            {
                Console.WriteLine(measurement.ToJson());
            }
            else
            {
                measurement.Write(Console.Out);
            }

            return measurement.Errors.IsNone ? 0 : 2;
        });
        return command;
    }

    private static Option<IPEndPoint> EndPoint(string name, string description, int port) => new(name)
    {
        Description = description,
        CustomParser = result => IPEndPoint.Parse(result.Tokens[0].Value),
        DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, port),
    };

    private void Bind(ParseResult parsed)
    {
        Server = new ServerProcess(parsed.GetRequiredValue(_pids));
        Front = parsed.GetRequiredValue(_front);
        Admin = parsed.GetRequiredValue(_admin);
        Rounds = parsed.GetValue(_rounds);
        Label = parsed.GetRequiredValue(_label);
        WritesJson = parsed.GetValue(_json);
        CountsHeap = parsed.GetValue(_heap);
    }
}
