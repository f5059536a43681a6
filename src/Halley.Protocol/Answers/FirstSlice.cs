using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Answers;

/// <summary>
/// The beginning of what a subscriber missed, which is written before its answer is held. The answer goes on with the
/// rest, slice by slice, as its client takes them: so what one who missed much is sent does not wait in memory at once.
/// </summary>
internal readonly struct FirstSlice
{
    private readonly HeldAnswer? _answer;
    private readonly ByteBuffer _output;
    private readonly long _from;

    /// <param name="exchange">The exchange whose answer is held next, and goes on until it ends.</param>
    public FirstSlice(IExchange exchange, ByteBuffer output)
    {
        _answer = exchange.Subscription as HeldAnswer;
        _output = output;
        _from = output.Length + output.SharedLength;
    }

    /// <summary>Whether nothing more is to be written now.</summary>
    public bool IsFull =>
        _answer is not null && _output.Length + _output.SharedLength - _from >= HeldAnswer.SliceBytes;

    /// <summary>Leaves messages to the answer.</summary>
    /// <param name="missed">All that was missed.</param>
    /// <param name="next">The first offset that is left.</param>
    public void LeaveFrom(long next, IReadOnlyList<Message> missed) => _answer!.FallBehind(next, missed);

    /// <summary>Writes what was missed, or the first of it, for one who hears messages alone.</summary>
    public static void Write(
        TransportFormat format, in AttachResult result, Framing framing, ByteBuffer output, IExchange exchange)
    {
        var slice = new FirstSlice(exchange, output);
        foreach (var message in result.Missed)
        {
            if (slice.IsFull)
            {
                slice.LeaveFrom(message.Offset, result.Missed);
                return;
            }

            format.WriteMessage(result.Channel!.Identity, message, framing, output);
        }
    }
}
