using System.CommandLine;
using Halley.Server.Commands;

// halley [serve] [CONF]   Commands/Serve.cs: the configuration (Configuration/), the pidfile and the background (Processes/),
//                         the log (Logging/), and then Node.cs: a hub, a dialect, an engine.
// halley bench            Commands/Bench/: options; what loads and measures a server is benchmarks/Halley.Load.
// halley push, sub        Commands/PushCommand.cs, SubCommand.cs: a publisher and a subscriber to try a server with.
return await HalleyCommand.Run(args, new InvocationConfiguration());
