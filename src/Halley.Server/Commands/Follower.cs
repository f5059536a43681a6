using System.Net;

namespace Halley.Server.Commands;

/// <summary>
/// A subscriber that does not give up: it reads a channel's stream, comes back at its place when the connection drops,
/// and says what it has lost. A server that knows no places, iComet's, tells it by numbers alone.
/// </summary>
internal sealed class Follower(HttpClient client, TimeProvider time, TextWriter output, TextWriter error)
{
    private const string Dropped = "the connection dropped";

    /// <summary>The first wait before coming back; each next one is twice as long.</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    /// <summary>Short enough for somebody who watches, long enough for a server that is starting.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private TimeSpan _wait = FirstWait;
    private bool _hasConnected;
    private string _why = Dropped;

    /// <summary>The server's root.</summary>
    public required string Url { get; init; }

    public required string Channel { get; init; }

    /// <summary>Empty for none.</summary>
    public string Token { get; init; } = "";

    /// <summary>The next message's; 0 until the server has said it.</summary>
    public long Position { get; set; }

    /// <summary>
    /// The channel's incarnation that <see cref="Position"/> is one of; empty until the server has said it.
    /// </summary>
    public string Epoch { get; set; } = "";

    /// <summary>The number of messages to print before the end.</summary>
    public long Wanted { get; set; } = long.MaxValue;

    /// <summary>Returns when the messages wanted have come or the channel was closed.</summary>
    /// <exception cref="CommandException">Nobody answered the first time, or the server refuses.</exception>
    public async Task Follow(CancellationToken cancellation)
    {
        while (!await ReadStream(cancellation))
        {
            error.WriteLine($"halley: {_why}; coming back in {_wait.TotalSeconds} s, at position {Position}");
            _why = Dropped;
            await Task.Delay(_wait, time, cancellation);
            _wait = TimeSpan.FromTicks(Math.Min(_wait.Ticks * 2, LongestWait.Ticks));
        }
    }

    /// <returns>Whether that was all; false when the connection dropped.</returns>
    private async Task<bool> ReadStream(CancellationToken cancellation)
    {
        using var answer = await Connect(cancellation);
        if (answer is null || !IsServed(answer.StatusCode))
        {
            return false;
        }

        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
        while (Wanted > 0 && _why == Dropped && await ReadLine(lines, cancellation) is { } line)
        {
            if (!Take(line))
            {
                return true;
            }
        }

        return Wanted == 0;
    }

    /// <returns>Null when nobody answers; the first time that is an error.</returns>
    private async Task<HttpResponseMessage?> Connect(CancellationToken cancellation)
    {
        var address = new Uri(
            $"{Url}/stream?cname={Uri.EscapeDataString(Channel)}&seq={Position}&epoch={Uri.EscapeDataString(Epoch)}&"
                + $"token={Uri.EscapeDataString(Token)}");
        try
        {
            return await Redirects.Send(
                client, address, at => new HttpRequestMessage(HttpMethod.Get, at), cancellation);
        }
        catch (HttpRequestException failed)
        {
            return _hasConnected
                ? null
                : throw new CommandException(
                    $"{Url}: {Remote.Reason(failed)}; is the server running, and is this its front port (--front)?");
        }
    }

    /// <returns>Null when the connection dropped, in whatever way.</returns>
    private static async Task<string?> ReadLine(StreamReader lines, CancellationToken cancellation)
    {
        try
        {
            return await lines.ReadLineAsync(cancellation);
        }
        catch (Exception dropped) when (dropped is HttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <returns>False where it is worth to come back: a proxy says so while the server starts again.</returns>
    private bool IsServed(HttpStatusCode status)
    {
        if (_hasConnected
            && status is (
                HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout))
        {
            _why = $"the server says {(int)status}";
            return false;
        }

        if (status != HttpStatusCode.OK)
        {
            throw new CommandException($"{Url}: the server says {(int)status}; is this its front port (--front)?");
        }

        if (_hasConnected)
        {
            error.WriteLine("halley: connected again");
        }

        _hasConnected = true;
        return true;
    }

    /// <returns>Whether more may come.</returns>
    private bool Take(string line)
    {
        if (StreamMessage.Parse(line) is not { } message)
        {
            error.WriteLine($"halley: no message: {Printable.Text(line)}");
            return true;
        }

        _wait = FirstWait;
        switch (message.Type)
        {
            case "data":
                Print(message);
                break;
            case "broadcast":
                error.WriteLine("halley: to all channels:");
                Print(message);
                break;
            case "exact":
                ContinueFrom(message.Seq, message.Epoch);
                break;
            case "gap":
                error.WriteLine($"halley: {Loss.OfGap(message)}");
                ContinueFrom(message.Seq, message.Epoch);
                break;
            case "reset":
                error.WriteLine($"halley: {Loss.OfReset(message, Position)}");
                ContinueFrom(message.Seq, message.Epoch);
                break;
            case "next_seq":
                ContinueWhereTold(message.Seq);
                break;
            case "noop" when Position > 0 && message.Top >= Position:
                _why = $"message {message.Top} did not come, which the server has";
                break;
            case "close":
                error.WriteLine("halley: the channel was closed");
                return false;
            case "401" or "429":
                throw new CommandException($"{Url}: refused: {Printable.Text(message.Content)} ({message.Type})");
            default:
                // A noop, or what a later server may say: a sign of life.
                break;
        }

        return true;
    }

    private void Print(StreamMessage message)
    {
        output.WriteLine($"{message.Seq}\t{Printable.Text(message.Content)}");
        output.Flush();
        Position = message.Seq + 1;
        Wanted--;
    }

    /// <param name="epoch">Empty where it is the one told before.</param>
    private void ContinueFrom(long position, string epoch)
    {
        Position = position;
        Epoch = epoch.Length > 0 ? epoch : Epoch;
    }

    private void ContinueWhereTold(long position)
    {
        if (Position != 0 && Position != position)
        {
            error.WriteLine(
                $"halley: the server goes on at {position} and not at {Position}: the channel began anew, "
                    + "or its messages are gone");
        }

        Position = position;
    }
}
