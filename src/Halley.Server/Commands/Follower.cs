using System.Net;
using System.Text;

namespace Halley.Server.Commands;

/// <summary>A subscriber that does not give up: it reads a channel's stream, and comes back at its position when the connection drops.</summary>
internal sealed class Follower(HttpClient client, TimeProvider time, TextWriter output, TextWriter error)
{
    /// <summary>The first wait before coming back; each next one is twice as long.</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    /// <summary>Short enough for somebody who watches, long enough for a server that is starting.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private TimeSpan _wait = FirstWait;
    private bool _hasConnected;

    /// <summary>The server's root.</summary>
    public required string Url { get; init; }

    public required string Channel { get; init; }

    /// <summary>Empty for none.</summary>
    public string Token { get; init; } = "";

    /// <summary>The next message's; 0 until the server has said it.</summary>
    public long Position { get; set; }

    /// <summary>How many messages to print before the end.</summary>
    public long Wanted { get; set; } = long.MaxValue;

    /// <summary>Returns when the messages wanted have come or the channel was closed.</summary>
    /// <exception cref="CommandException">Nobody answered the first time, or the server refuses.</exception>
    public async Task Follow(CancellationToken cancellation)
    {
        while (!await ReadStream(cancellation))
        {
            error.WriteLine($"halley: the connection dropped; coming back in {_wait.TotalSeconds} s, at position {Position}");
            await Task.Delay(_wait, time, cancellation);
            _wait = TimeSpan.FromTicks(Math.Min(_wait.Ticks * 2, LongestWait.Ticks));
        }
    }

    /// <returns>Whether that was all; false when the connection dropped.</returns>
    private async Task<bool> ReadStream(CancellationToken cancellation)
    {
        using var answer = await Connect(cancellation);
        if (answer is null)
        {
            return false;
        }

        Demand(answer.StatusCode);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
        while (Wanted > 0 && await ReadLine(lines, cancellation) is { } line)
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
        var address = new Uri($"{Url}/stream?cname={Uri.EscapeDataString(Channel)}&seq={Position}&token={Uri.EscapeDataString(Token)}");
        try
        {
            return await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException failed)
        {
            return _hasConnected
                ? null
                : throw new CommandException($"{Url}: {Remote.Reason(failed)}; is the server running, and is this its front port (--front)?");
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

    private void Demand(HttpStatusCode status)
    {
        if (status != HttpStatusCode.OK)
        {
            throw new CommandException($"{Url}: the server says {(int)status}; is this its front port (--front)?");
        }

        if (_hasConnected)
        {
            error.WriteLine("halley: connected again");
        }

        _hasConnected = true;
    }

    /// <returns>Whether more may come.</returns>
    private bool Take(string line)
    {
        if (StreamMessage.Parse(line) is not { } message)
        {
            error.WriteLine($"halley: no message: {Printable(line)}");
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
            case "next_seq":
                GoOnAt(message.Seq);
                break;
            case "close":
                error.WriteLine("halley: the channel was closed");
                return false;
            case "401" or "429":
                throw new CommandException($"{Url}: refused: {Printable(message.Content)} ({message.Type})");
            default:
                // A noop, or what a later server may say: a sign of life.
                break;
        }

        return true;
    }

    private void Print(StreamMessage message)
    {
        output.WriteLine($"{message.Seq}\t{Printable(message.Content)}");
        output.Flush();
        Position = message.Seq + 1;
        Wanted--;
    }

    private void GoOnAt(long position)
    {
        if (Position != 0 && Position != position)
        {
            error.WriteLine($"halley: the server goes on at {position} and not at {Position}: the channel began anew, or its messages are gone");
        }

        Position = position;
    }

    /// <summary>A message is one line, and no message commands the terminal.</summary>
    private static string Printable(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var printable = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            printable.Append(c switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(c) => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return printable.ToString();
    }
}
