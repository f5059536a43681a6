using System.CommandLine;
using Halley.Server.Processes;

namespace Halley.Server.Commands;

/// <summary><c>halley sub CHANNEL</c>: prints a channel's messages as they come.</summary>
internal static class SubCommand
{
    public static Command Create()
    {
        var channel = new Argument<string>("CHANNEL") { Description = "The channel's name" };
        var front = Remote.AddressOption("--front", "The server's port for subscribers", "127.0.0.1:8100");
        var seq = new Option<long>("--seq")
        {
            Description = "The position to begin at; 0 is what comes next",
            HelpName = "N",
        };
        var epoch = new Option<string>("--epoch")
        {
            Description = "The channel's incarnation that --seq is of, as messages are told with it",
            HelpName = "E",
            DefaultValueFactory = _ => "",
        };
        var token = new Option<string>("--token")
        {
            Description = "The token that /sign gave out",
            HelpName = "T",
            DefaultValueFactory = _ => "",
        };
        var count =
            new Option<long>("--count") { Description = "End after so many messages; 0 is never", HelpName = "N" };
        var command = new Command("sub", "Print a channel's messages as they come: position, TAB, text")
        {
            channel,
            front,
            seq,
            epoch,
            token,
            count,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var termination = new Termination();
            _ = termination.Asked.ContinueWith(
                _ => ended.Cancel(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            using var client = Remote.CreateClient();
            var console = parsed.InvocationConfiguration;
            var follower = new Follower(client, TimeProvider.System, console.Output, console.Error)
            {
                Url = Remote.UrlOf(parsed.GetRequiredValue(front)),
                Channel = parsed.GetRequiredValue(channel),
                Token = parsed.GetRequiredValue(token),
                Position = parsed.GetValue(seq),
                Epoch = parsed.GetRequiredValue(epoch),
                Wanted = parsed.GetValue(count) is > 0 and var wanted ? wanted : long.MaxValue,
            };
            try
            {
                await follower.Follow(ended.Token);
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                // Ctrl-C is how one ends it.
            }

            return 0;
        });
        return command;
    }
}
