using System.Text;
using Halley.Protocol.WebSockets;

namespace Halley.AspNetCore.Hosting;

// What the client of a WebSocket says.
internal sealed partial class HttpExchange
{
    /// <summary>Hears bytes, on its dispatcher; the next ones are read when it has.</summary>
    /// <returns>Whether there is more to hear.</returns>
    public Task<bool> HearAsync(MessageReader reader, Memory<byte> bytes, bool isDeflateAgreed)
    {
        var heard = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(new Call(() =>
        {
            try
            {
                heard.SetResult(Hear(reader, bytes.Span, isDeflateAgreed));
            }
            catch (Exception exception)
            {
                Fail(exception);
                heard.TrySetResult(false);
            }
        }));
        return heard.Task;
    }

    private bool Hear(MessageReader reader, Span<byte> bytes, bool isDeflateAgreed)
    {
        while (_state == State.Held && !bytes.IsEmpty)
        {
            var rules = new FrameRules(Format!.Receiver.Options, options.MaxMessageBytes, isDeflateAgreed);
            Hear(reader.Read(bytes, rules, out var consumed), this);
            bytes = bytes[consumed..];
        }

        return _state == State.Held;
    }

    /// <summary>Tells a client why nothing more is heard of it, and ends. Any thread.</summary>
    public void RefuseMessages(CloseCode code, string reason) => loop.Post(new Call(() =>
    {
        if (_state == State.Held)
        {
            EndWebSocket(code, Encoding.UTF8.GetBytes(reason));
        }
    }));

    /// <inheritdoc/>
    protected override void EndWebSocket(CloseCode code, ReadOnlySpan<byte> reason) => End(code, reason);
}
