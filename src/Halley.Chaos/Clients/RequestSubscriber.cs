using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Clients;

/// <summary>A subscriber whose request says its channel and its place, and that says nothing afterwards.</summary>
/// <param name="http">What all of them share.</param>
internal sealed class RequestSubscriber(
    HttpMessageInvoker http, RequestTransport transport, Hearing hearing, Func<IPEndPoint> address, TimeSpan silence)
    : Subscriber(hearing, address, silence)
{
    private readonly EventReader _events = new(hearing);

    /// <inheritdoc/>
    protected override Task ListenAsync(CancellationTokenSource silent) =>
        transport.Form == Form.WebSocket ? TalkAsync(silent) : AskAsync(silent);

    private Uri Target(string scheme)
    {
        var (epoch, next) = Hearing.Place;
        return Target(scheme, transport.Target.Replace("{channel}", Hearing.Channel, StringComparison.Ordinal)
            .Replace("{epoch}", epoch, StringComparison.Ordinal)
            .Replace("{seq}", next.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
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
            HasHeard(silent);
            length += count;
            if (transport.Form != Form.Poll)
            {
                length = TakeLines(buffer, length, TakeLine);
            }

            buffer = Grown(buffer, length);
        }

        if (transport.Form == Form.Poll && length > 0)
        {
            Take(Unwrapped(buffer.AsSpan(0, length).TrimEnd("\r\n"u8)));
        }
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

            HasHeard(silent);
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
            ToldReader.Take(Hearing, json);
        }
        else
        {
            NumberedReader.Take(Hearing, json);
        }
    }
}
