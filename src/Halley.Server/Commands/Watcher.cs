using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Halley.Server.Commands;

/// <summary>
/// Asks a server again and again what happens to some clients, and prints what is new. It does not give up where the
/// server starts again, which is when one wants to know.
/// </summary>
internal sealed class Watcher(HttpClient client, TimeProvider time, TextWriter output, TextWriter error)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>Short enough to see clients come back to a server that starts again.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(4);

    private readonly ExplainedLines _told = new(output);
    private TimeSpan _wait = BetweenLooks;
    private bool _hasConnected;
    private bool _isAway;

    /// <summary>The address of the API's <c>explain</c>.</summary>
    public required string Url { get; init; }

    /// <summary>Its arguments.</summary>
    public required byte[] Wanted { get; init; }

    /// <summary>Prints how it is now.</summary>
    /// <exception cref="CommandException">No server, or it refuses.</exception>
    public async Task LookOnce(CancellationToken cancellation)
    {
        var (answer, why) = await Ask(cancellation);
        using var known = answer ?? throw new CommandException(why);
        _told.Print(known.RootElement, isLast: true);
    }

    /// <summary>Prints what happens until it is cancelled, and then what there is to conclude.</summary>
    /// <exception cref="CommandException">Nobody answered the first time, or the server refuses.</exception>
    public async Task Watch(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Look(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _told.PrintVerdicts();
        }
    }

    /// <summary>Prints what is new, and waits until it is time for the next look.</summary>
    private async Task Look(CancellationToken cancellation)
    {
        var (answer, why) = await Ask(cancellation);
        if (answer is null)
        {
            if (!_hasConnected)
            {
                throw new CommandException(why);
            }

            error.WriteLine($"halley: {why}; asking again in {_wait.TotalSeconds} s");
            _isAway = true;
            await Task.Delay(_wait, time, cancellation);
            _wait = TimeSpan.FromTicks(Math.Min(_wait.Ticks * 2, LongestWait.Ticks));
            return;
        }

        using (answer)
        {
            if (_isAway)
            {
                error.WriteLine("halley: connected again");
            }

            (_hasConnected, _isAway, _wait) = (true, false, BetweenLooks);
            _told.Print(answer.RootElement, isLast: false);
        }

        await Task.Delay(BetweenLooks, time, cancellation);
    }

    /// <returns>Null, and why, where no server answers, or one that is about to come or go.</returns>
    private async Task<(JsonDocument? Answer, string Why)> Ask(CancellationToken cancellation)
    {
        try
        {
            using var content = new ByteArrayContent(Wanted);
            using var answer = await client.PostAsync(new Uri(Url), content, cancellation);
            var said = await answer.Content.ReadAsByteArrayAsync(cancellation);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => (JsonDocument.Parse(said), ""),
                HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
                    (null, Refusal(answer.StatusCode, said)),
                var status => throw new CommandException(Refusal(status, said)),
            };
        }
        catch (Exception failed) when (
            failed is HttpRequestException or JsonException or OperationCanceledException
            && !cancellation.IsCancellationRequested)
        {
            return (
                null,
                $"{Url}: {Remote.Reason(failed)}"
                    + (_hasConnected ? "" : "; is the server running, and is this its admin port (--admin)?"));
        }
    }

    private string Refusal(HttpStatusCode status, byte[] said) =>
        string.Create(CultureInfo.InvariantCulture, $"{Url}: the server says {(int)status}: {Reason(said)}");

    private static string Reason(byte[] said)
    {
        try
        {
            using var json = JsonDocument.Parse(said);
            return json.RootElement.GetProperty("error"u8).GetProperty("message"u8).GetString() ?? "";
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Encoding.UTF8.GetString(said).ReplaceLineEndings(" ").Trim();
        }
    }
}
