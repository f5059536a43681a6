using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Halley.Testing;

/// <summary>
/// A backend of the operator's whose every byte a test says. Waits end after <see cref="RawHttpClient.Patience"/>.
/// </summary>
public sealed class RawBackend : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RawBackend() => _listener.Start();

    /// <summary>Scheme, host and port.</summary>
    public string Url => $"http://{_listener.LocalEndpoint}";

    /// <summary>The next connection.</summary>
    public async Task<RawQuestions> AcceptAsync()
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        return new RawQuestions(await _listener.AcceptSocketAsync(patience.Token));
    }

    public void Dispose() => _listener.Dispose();
}

/// <summary>A connection to a backend: one question after another.</summary>
public sealed class RawQuestions(Socket socket) : IDisposable
{
    private readonly StringBuilder _read = new();

    /// <summary>The next request, with its body if it says how long that is.</summary>
    public async Task<string> ReadRequestAsync()
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        var piece = new byte[4096];
        while (true)
        {
            var text = _read.ToString();
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && text.Length >= end + 4 + LengthIn(text[..end]))
            {
                _read.Clear();
                return text;
            }

            var count = await socket.ReceiveAsync(piece, patience.Token);
            _read.Append(
                count > 0
                    ? Encoding.Latin1.GetString(piece, 0, count)
                    : throw new EndOfStreamException($"The connection ended behind {text}"));
        }
    }

    public async Task AnswerAsync(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        await socket.SendAsync(bytes, patience.Token);
    }

    public void Dispose() => socket.Dispose();

    private static int LengthIn(string head)
    {
        const string Name = "Content-Length: ";
        var line = head.Split("\r\n").FirstOrDefault(line => line.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        return line is null ? 0 : int.Parse(line.AsSpan(Name.Length), CultureInfo.InvariantCulture);
    }
}
