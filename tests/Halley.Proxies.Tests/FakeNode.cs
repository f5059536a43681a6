using System.Collections.Concurrent;
using System.Net;
using Halley.Testing;

namespace Halley.Proxies.Tests;

/// <summary>
/// A node as far as a proxy can see. It says that it is there; what else it is asked it writes down, and answers or
/// not.
/// </summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private const string Info = "{\"version\": \"0.2.5\", \"channels\": 0, \"subscribers\": 0}\n";

    private readonly RawBackend _backend = new();
    private readonly string? _answer;
    private readonly Task _accepting;

    /// <param name="answer">For whatever it is asked; null where it closes the connection without a word.</param>
    public FakeNode(string? answer)
    {
        _answer = answer;
        _accepting = AcceptAsync();
    }

    /// <summary>The first lines of what it was asked.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public IPEndPoint Address => IPEndPoint.Parse(new Uri(_backend.Url).Authority);

    public async ValueTask DisposeAsync()
    {
        _backend.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _backend.AcceptAsync());
            }
        }
        catch (Exception over) when (
            over is ObjectDisposedException or System.Net.Sockets.SocketException or OperationCanceledException)
        {
            // The case is over.
        }
    }

    private async Task ServeAsync(RawQuestions questions)
    {
        using var _ = questions;
        try
        {
            var line = (await questions.ReadRequestAsync()).Split("\r\n")[0];
            var answer = Info;
            if (!line.StartsWith("GET /info ", StringComparison.Ordinal))
            {
                Asked.Enqueue(line);
                answer = _answer;
            }

            if (answer is not null)
            {
                await questions.AnswerAsync(
                    $"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {answer.Length}\r\n\r\n{answer}");
            }
        }
        catch (Exception gone) when (
            gone is EndOfStreamException or System.Net.Sockets.SocketException or OperationCanceledException)
        {
            // A proxy that only looked whether somebody is there.
        }
    }
}
