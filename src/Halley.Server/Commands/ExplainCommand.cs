using System.CommandLine;
using System.Net.Http.Headers;
using Halley.Protocol;

namespace Halley.Server.Commands;

/// <summary>
/// <c>halley explain --channel NAME</c>, <c>--client ID</c> or <c>--user NAME</c>: why a client does not get a message.
/// Has the server watch, and prints what happens until it is interrupted.
/// </summary>
internal static class ExplainCommand
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var channel = new Option<string?>("--channel") { Description = "All that listen to it", HelpName = "NAME" };
        var client = new Option<string?>("--client")
        {
            Description = "One, by the id that /api/clients and the status page show",
            HelpName = "ID",
        };
        var user = new Option<string?>("--user") { Description = "All of one user", HelpName = "NAME" };
        var once = new Option<bool>("--once") { Description = "Say what there is to say now, and end" };
        var admin = Remote.AddressOption("--admin", "The server's port for operators", "127.0.0.1:8000");
        var key = Remote.KeyFileOption();
        var command = new Command(
            "explain", "Say why a client does not get a message; start it before the client comes")
        {
            channel, client, user, once, admin, key,
        };
        command.Validators.Add(result =>
        {
            var given = ((Option[])[channel, client, user]).Count(option => result.GetResult(option) is not null);
            if (given != 1)
            {
                result.AddError("explain wants one of --channel NAME, --client ID and --user NAME");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var wanted = JsonBytes.Write(writer =>
            {
                Write("channel", parsed.GetValue(channel));
                Write("client", parsed.GetValue(client));
                Write("user", parsed.GetValue(user));
                writer.WriteNumber("limit"u8, 100);

                void Write(string name, string? value)
                {
                    if (value is not null)
                    {
                        writer.WriteString(name, value);
                    }
                }
            });
            using var http = Remote.CreateClient();
            http.Timeout = AnswerTimeout;
            if (parsed.GetValue(key) is { } file)
            {
                http.DefaultRequestHeaders.Authorization =
                    new AuthenticationHeaderValue("Bearer", Remote.ReadKey(file));
            }

            var console = parsed.InvocationConfiguration;
            var watcher = new Watcher(http, TimeProvider.System, console.Output, console.Error)
            {
                Url = Remote.UrlOf(parsed.GetRequiredValue(admin)) + "/api/explain",
                Wanted = wanted,
            };
            await (parsed.GetValue(once) ? watcher.LookOnce(cancellation) : watcher.Watch(cancellation));
            return 0;
        });
        return command;
    }
}
