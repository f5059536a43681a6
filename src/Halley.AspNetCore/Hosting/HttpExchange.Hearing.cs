using System.Text;
using Halley.Protocol.WebSockets;

namespace Halley.AspNetCore.Hosting;

// What the client of a WebSocket says.
internal sealed partial class HttpExchange
{
    /// <summary>Hears bytes, on its dispatcher; the next ones are read when it has.</summary>
    /// <returns>
    /// How many were heard: not all, where its answer is not held yet, or where its client has published faster than
    /// others are told; null where nothing is heard any more.
    /// </returns>
    public Task<int?> HearAsync(MessageReader reader, Memory<byte> bytes, bool isDeflateAgreed)
    {
        var heard = new TaskCompletionSource<int?>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(new Call(() =>
        {
            try
            {
                heard.SetResult(Hear(reader, bytes.Span, isDeflateAgreed));
            }
            catch (Exception exception)
            {
                Fail(exception);
                heard.TrySetResult(null);
            }
        }));
        return heard.Task;
    }

    private int? Hear(MessageReader reader, Span<byte> bytes, bool isDeflateAgreed)
    {
        var heard = 0;
        while (_state == State.Held && heard < bytes.Length)
        {
            var receiver = Format!.Receiver.Options;
            if (receiver.Publishes && IsHeldBack(options.MaxQueuedBytes))
            {
                break;
            }

            var rules = new FrameRules(receiver, options.MaxMessageBytes, isDeflateAgreed);
            Hear(reader.Read(bytes[heard..], rules, out var consumed), this);
            heard += consumed;
        }

        return _state is State.Held or State.Started ? heard : null;
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
