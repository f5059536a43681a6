using Halley.Protocol.Http;

namespace Halley.Protocol.Transports;

/// <summary>
/// The wire forms of the message that is being delivered, each made once, for the first subscriber of its kind, and
/// shared by the rest. Belongs to one dispatcher, whose audiences hear one message after another.
/// </summary>
public sealed class EncodedMessages
{
    // The transports of a dialect, with positions or without, chunked or not, and in frames, compressed or not.
    private const int Forms = 24;

    // Bytes of all forms together.
    private const int MaxKept = 64 * 1024;

    private readonly (TransportFormat? Format, Framing Framing, byte[] Bytes)[] _forms =
        new (TransportFormat?, Framing, byte[])[Forms];
    private readonly ByteBuffer _scratch = new();
    private Message? _message;
    private int _count;
    private long _bytes;

    /// <summary>The bytes to send for a message; nobody may write to them.</summary>
    public byte[] Get(Message message, ChannelIdentity channel, TransportFormat format, Framing framing)
    {
        if (_message != message)
        {
            _message = message;
            _count = 0;
            _bytes = 0;
        }

        for (var i = 0; i < _count; i++)
        {
            if (_forms[i].Format == format && _forms[i].Framing == framing)
            {
                return _forms[i].Bytes;
            }
        }

        if (!format.IsShared)
        {
            framing = framing.NotDeflated;
        }

        _scratch.Clear();
        format.WriteMessage(channel, message, framing, _scratch);
        if (format.EndsWithMessage)
        {
            framing.EndAll(_scratch, format.CloseCodeFor(CloseReason.Done));
        }

        var bytes = _scratch.Written.ToArray();
        if (format.IsShared)
        {
            // Where there is no room, the last one gives way: those who are told one after the other are mostly of a
            // kind.
            _count = Math.Min(_count + 1, Forms);
            _forms[_count - 1] = (format, framing, bytes);
            _bytes += bytes.Length;
        }

        return bytes;
    }

    /// <summary>
    /// Lets go what is large, when nobody is being told anything: it would be kept until there is something else to
    /// tell.
    /// </summary>
    public void Rest()
    {
        if (_bytes > MaxKept)
        {
            _forms.AsSpan(0, _count).Clear();
            _message = null;
            _count = 0;
            _bytes = 0;
        }
    }
}
