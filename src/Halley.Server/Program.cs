using System.CommandLine;
using Halley.Server.Commands;
using Halley.Server.Workers;

// halley [serve] [CONF]   Commands/Serve.cs: the configuration (Configuration/), the pidfile and the background (Processes/),
//                         the log (Logging/), and then Node.cs: a hub, a dialect, an engine.
// (worker processes)      Workers/WorkerNode.cs: an engine and copies of the channels that the server which started them has.
// halley bench            Commands/Bench/: options; what loads and measures a server is Halley.Load.
// halley push, sub        Commands/PushCommand.cs, SubCommand.cs: a publisher and a subscriber to try a server with.
return WorkerCommand.TryRead(args, out var link)
    ? WorkerNode.Run(link)
    : await HalleyCommand.Run(args, new InvocationConfiguration());
