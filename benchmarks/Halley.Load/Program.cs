using System.CommandLine;
using Halley.Load.Commands;

var root = new RootCommand("Loads a comet server that already runs on this machine, checks every message, and measures the server's process.")
{
    HoldCommand.Create(),
    FanoutCommand.Create(),
    PushCommand.Create(),
    TableCommand.Create(),
};
return root.Parse(args).Invoke();
