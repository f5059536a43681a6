using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Clients;

/// <summary>
/// A subscriber of one channel by one transport, that comes back with its place whenever it is cut off or hears
/// nothing.
/// </summary>
/// <param name="http">What all of them share.</param>
/// <param name="address">Where the transport is served: another place each time, where there are several.</param>
/// <param name="silence">Hearing nothing for that long, it comes anew.</param>
internal sealed class Subscriber(
    HttpMessageInvoker http, Transport transport, Hearing hearing, Func<IPEndPoint> address, TimeSpan silence)
{
    private const int BufferSize = 32 * 1024;
    private const int LongestMessage = 1 << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly EventReader _events = new(hearing);

    /// <summary>The number of refusals: answers that are none of a subscriber's.</summary>
    public int Refused { get; private set; }

    /// <summary>The last refusal; null for none.</summary>
    public string? Refusal { get; private set; }

    public async Task RunAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            using var silent = CancellationTokenSource.CreateLinkedTokenSource(over);
            silent.CancelAfter(silence);
            try
            {
                await (transport.Form == Form.WebSocket ? TalkAsync(silent) : AskAsync(silent)).ConfigureAwait(false);
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException or WebSocketException
                or SocketException or OperationCanceledException)
            {
                // It comes back.
            }
            catch (InvalidDataException wrong)
            {
                hearing.Protest(wrong.Message);
            }

            await Task.WhenAny(Task.Delay(Pause, over)).ConfigureAwait(false);
        }
    }

    private Uri Target(string scheme)
    {
        var (epoch, next) = hearing.Place;
        var path = transport.Target.Replace("{channel}", hearing.Channel, StringComparison.Ordinal)
            .Replace("{epoch}", epoch, StringComparison.Ordinal)
            .Replace("{seq}", next.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return new Uri($"{scheme}://{address()}{path}");
    }

    private async Task AskAsync(CancellationTokenSource silent)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Target("http"));
            if (transport.Accept.Length > 0)
            {
                request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(transport.Accept));
            }

            if (_events.LastId.Length > 0)
            {
                request.Headers.Add("Last-Event-ID", _events.LastId);
            }

            using var answer = await http.SendAsync(request, silent.Token).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                Refused++;
                Refusal = $"{(int)answer.StatusCode} {answer.ReasonPhrase} for {request.RequestUri}";
                return;
            }

            if (transport.Form == Form.Events)
            {
                _events.Begin();
            }

            var body = await answer.Content.ReadAsStreamAsync(silent.Token).ConfigureAwait(false);
            await ReadAsync(body, silent).ConfigureAwait(false);
            if (transport.Form != Form.Poll)
            {
                return;
            }
        }
    }

    private async Task ReadAsync(Stream body, CancellationTokenSource silent)
    {
        var buffer = new byte[BufferSize];
        var length = 0;
        while (await body.ReadAsync(buffer.AsMemory(length), silent.Token).ConfigureAwait(false) is var count and > 0)
        {
            silent.CancelAfter(silence);
            length += count;
            if (transport.Form != Form.Poll)
            {
                length = TakeLines(buffer, length);
            }

            buffer = Grown(buffer, length);
        }

        if (transport.Form == Form.Poll && length > 0)
        {
            Take(Unwrapped(buffer.AsSpan(0, length).TrimEnd("\r\n"u8)));
        }
    }

    // What is left of a line that is not whole moves to the front.
    private int TakeLines(byte[] buffer, int length)
    {
        var rest = buffer.AsSpan(0, length);
        while (rest.IndexOf((byte)'\n') is var end and >= 0)
        {
            TakeLine(rest[..end].TrimEnd((byte)'\r'));
            rest = rest[(end + 1)..];
        }

        rest.CopyTo(buffer);
        return rest.Length;
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        if (transport.Form == Form.Events)
        {
            _events.Take(line);
            return;
        }

        // Between messages stand empty lines and other fields, and a frame's page before them.
        var message = Unwrapped(line);
        if (message.StartsWith("{"u8))
        {
            Take(message);
        }
    }

    private ReadOnlySpan<byte> Unwrapped(ReadOnlySpan<byte> text)
    {
        Span<byte> before = stackalloc byte[transport.Before.Length];
        Span<byte> after = stackalloc byte[transport.After.Length];
        Encoding.ASCII.GetBytes(transport.Before, before);
        Encoding.ASCII.GetBytes(transport.After, after);
        return text.StartsWith(before) && text.EndsWith(after) ? text[before.Length..^after.Length] : [];
    }

    private async Task TalkAsync(CancellationTokenSource silent)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(Target("ws"), http, silent.Token).ConfigureAwait(false);
        var buffer = new byte[BufferSize];
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), silent.Token).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            silent.CancelAfter(silence);
            length += part.Count;
            if (part.EndOfMessage)
            {
                Take(buffer.AsSpan(0, length));
                length = 0;
            }

            buffer = Grown(buffer, length);
        }
    }

    private void Take(ReadOnlySpan<byte> json)
    {
        if (transport.IsTold)
        {
            ToldReader.Take(hearing, json);
        }
        else
        {
            NumberedReader.Take(hearing, json);
        }
    }

    private static byte[] Grown(byte[] buffer, int length)
    {
        if (length < buffer.Length)
        {
            return buffer;
        }

        if (length >= LongestMessage)
        {
            throw new InvalidDataException($"A message has more than {LongestMessage} bytes.");
        }

        Array.Resize(ref buffer, 2 * buffer.Length);
        return buffer;
    }
}
