using System.CommandLine;
using System.Net;

namespace Halley.Server.Commands;

/// <summary><c>halley push CHANNEL TEXT</c>: publishes one message.</summary>
internal static class PushCommand
{
    /// <summary>The one argument that may begin with a dash.</summary>
    public const string TextName = "TEXT";

    /// <summary>A push is answered at once; this is for a server that hangs.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var channel = new Argument<string>("CHANNEL") { Description = "The channel's name" };
        var text = new Argument<string>(TextName) { Description = "The message; - reads it from the standard input" };
        var admin = Remote.AddressOption("--admin", "The server's port for publishers", "127.0.0.1:8000");
        var key = Remote.KeyFileOption();
        var command = new Command("push", "Publish a message") { channel, text, admin, key };
        command.SetAction(async (parsed, cancellation) =>
        {
            var message = parsed.GetRequiredValue(text);
            using var client = Remote.CreateClient();
            client.Timeout = AnswerTimeout;
            return await Push(
                client,
                Remote.UrlOf(parsed.GetRequiredValue(admin)),
                parsed.GetValue(key) is { } file ? Remote.ReadKey(file) : null,
                parsed.GetRequiredValue(channel),
                message == "-" ? await StandardInput.ReadAsync(cancellation) : message,
                parsed.InvocationConfiguration.Output,
                cancellation);
        });
        return command;
    }

    /// <param name="key">Shown to that server, and to no other that it sends us to; null for none.</param>
    /// <exception cref="CommandException">No server, or it refuses.</exception>
    public static async Task<int> Push(
        HttpClient client,
        string url,
        string? key,
        string channel,
        string text,
        TextWriter output,
        CancellationToken cancellation)
    {
        var server = new Uri(url).Authority;
        try
        {
            using var answer = await Redirects.Send(
                client,
                new Uri(url + "/push"),
                address => Form(address, address.Authority == server ? key : null, channel, text),
                cancellation);
            var said = await answer.Content.ReadAsStringAsync(cancellation);
            output.WriteLine(answer.StatusCode == HttpStatusCode.OK && said.Contains("\"ok\"", StringComparison.Ordinal)
                ? "ok"
                : throw new CommandException($"{url}: {Refusal(answer, said)}"));
            return 0;
        }
        catch (Exception failed) when (
            failed is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new CommandException(
                $"{url}: {Remote.Reason(failed)}; is the server running, and is this its admin port (--admin)?");
        }
    }

    private static HttpRequestMessage Form(Uri address, string? key, string channel, string text)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent([new("cname", channel), new("content", text)]),
        };
        if (key is not null)
        {
            request.Headers.Add("X-API-Key", key);
        }

        return request;
    }

    private static string Refusal(HttpResponseMessage answer, string said) => answer.StatusCode switch
    {
        HttpStatusCode.Unauthorized => "the server wants one of its keys (--key-file)",
        HttpStatusCode.Forbidden => "this address may not publish; see admin.allow and admin.deny of the server",
        HttpStatusCode.NotFound => "nobody publishes here; is this the server's admin port (--admin)?",
        HttpStatusCode.TooManyRequests => "the server has too many channels; see its front.max_channels",
        _ => (
            $"the server says {(int)answer.StatusCode} {answer.ReasonPhrase}: "
                + $"{said.ReplaceLineEndings(" ").Trim()}").TrimEnd(' ', ':'),
    };
}
