using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Halley.Protocol.WebSockets;

/// <summary>
/// Makes messages of the bytes that a client sends, however they are cut: it takes all it is given and keeps what is
/// not whole yet. A message that lies whole in the bytes given is not copied. While it is idle it holds nothing and can
/// serve another client. Belongs to one thread.
/// </summary>
/// <param name="message">Where a message is kept that is not whole; it must be empty.</param>
/// <param name="inflated">Where messages are decompressed; many readers of one thread may share it.</param>
public sealed class MessageReader(IByteStore message, IByteStore inflated)
{
    // In some ns, rounded up, so that what is counted is no less than what is done: a frame costs some 60, whatever it
    // carries; a byte far less than 1, one that is decompressed about 1; to make a decompressor ready and let it go
    // costs what MessageDeflate says.
    private const int WorkOfFrame = 64;
    private const int WorkOfInflating = 20_000;

    // Bytes by which a compressed message may be longer than what it says, where that is little: a block that is not
    // compressed, and what ends it.
    private const int DeflateOverhead = 16;

    private readonly ByteBuffer _control = new(capacity: 128);

    private HeaderBytes _header;
    private int _headerCount;

    // Of the frame whose payload is being read.
    private FrameHeader _frame;
    private long _left;
    private bool _isInPayload;

    // Of the message that has begun: Continuation where none has.
    private Opcode _opcode;
    private bool _isDeflated;
    private bool _isDropped;
    private long _soFar;
    private Utf8Check _text;
    private int _work;

    /// <summary>Whether nothing has come of what is not whole.</summary>
    public bool IsIdle => _headerCount == 0 && !_isInPayload && _opcode == Opcode.Continuation;

    /// <summary>The store of the message that is not whole.</summary>
    public IByteStore Store => message;

    /// <summary>Lets go of what the last message was read with.</summary>
    public void Forget()
    {
        Debug.Assert(IsIdle, "what is half there is not forgotten");
        message.Clear();
        inflated.Clear();
    }

    /// <summary>Takes the cost of reading since this was last asked, in nanoseconds' work.</summary>
    public int TakeWork()
    {
        var work = _work;
        _work = 0;
        return work;
    }

    /// <summary>
    /// Takes bytes up to the end of the next whole thing. After a close or a fault it must not be called again.
    /// </summary>
    /// <param name="bytes">They are unmasked in place.</param>
    /// <param name="consumed">How many of them were taken: all, where nothing is whole.</param>
    public Incoming Read(Span<byte> bytes, in FrameRules rules, out int consumed)
    {
        consumed = 0;
        if (_opcode == Opcode.Continuation)
        {
            // What was told the last time has been heard.
            message.Clear();
        }

        while (true)
        {
            if (!_isInPayload)
            {
                if (!TryReadHeader(bytes, ref consumed))
                {
                    return default;
                }

                var fault = rules.Check(_frame, _opcode, _soFar);
                if (fault.Kind != IncomingKind.None)
                {
                    return fault;
                }

                Begin(rules);
            }

            var offset = _frame.Length - _left;
            var part = bytes.Slice(consumed, (int)Math.Min(_left, bytes.Length - consumed));
            if (_frame.IsMasked)
            {
                Masking.Apply(part, _frame.Key, offset);
            }

            consumed += part.Length;
            _left -= part.Length;
            _isInPayload = _left > 0;
            _work += part.Length;
            var incoming = _frame.IsControl ? TakeControl(part) : TakeData(part, rules);
            if (incoming.Kind != IncomingKind.None || _isInPayload)
            {
                return incoming;
            }
        }
    }

    private bool TryReadHeader(ReadOnlySpan<byte> bytes, ref int consumed)
    {
        Span<byte> header = _header;
        while (_headerCount < 2 || _headerCount < FrameHeader.BytesOf(header[1]))
        {
            if (consumed == bytes.Length)
            {
                return false;
            }

            header[_headerCount++] = bytes[consumed++];
        }

        _frame = FrameHeader.Read(header);
        _headerCount = 0;
        return true;
    }

    private void Begin(in FrameRules rules)
    {
        _work += WorkOfFrame;
        _isInPayload = true;
        _left = _frame.Length;
        if (_frame.IsControl)
        {
            _control.Clear();
        }
        else if (_frame.Opcode != Opcode.Continuation)
        {
            _opcode = _frame.Opcode;
            _isDeflated = rules.IsDeflateAgreed && (_frame.Reserved & FrameHeader.Deflated) != 0;
            _isDropped = rules.Options.MaxHeardBytes == 0;
            _soFar = 0;
            _text = default;
        }
    }

    private Incoming TakeControl(ReadOnlySpan<byte> part)
    {
        if (_isInPayload || _control.Length > 0)
        {
            _control.Write(part);
            part = _control.Written;
        }

        return _isInPayload ? default
            : _frame.Opcode == Opcode.Close ? Close(part)
            : new(_frame.Opcode == Opcode.Ping ? IncomingKind.Ping : IncomingKind.Pong, part);
    }

    // RFC 6455, 5.5.1 and 7.4.
    private static Incoming Close(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return new(IncomingKind.Close, default);
        }

        if (payload.Length == 1)
        {
            return FrameRules.Fault("A close code has two bytes."u8);
        }

        var code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (code is not ((>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999)))
        {
            return FrameRules.Fault("This close code must not be sent."u8);
        }

        return Utf8.IsValid(payload[2..])
            ? new(IncomingKind.Close, payload[2..], (CloseCode)code)
            : FrameRules.Fault("The reason in a close frame must be UTF-8."u8, CloseCode.InvalidPayload);
    }

    private Incoming TakeData(ReadOnlySpan<byte> part, in FrameRules rules)
    {
        var isText = _opcode == Opcode.Text;
        if (isText && !_isDeflated && !_text.Take(part))
        {
            return NotUtf8();
        }

        Debug.Assert(
            _soFar + part.Length <= rules.MaxLength, "a frame that would make it longer is refused by its header");
        _soFar += part.Length;
        if (_soFar - (_isDeflated ? DeflateOverhead : 0) > rules.Options.MaxHeardBytes)
        {
            _isDropped = true;
            message.Clear();
        }

        var isLast = !_isInPayload && _frame.IsFinal;
        if (!_isDropped && (!isLast || _isDeflated || message.Length > 0))
        {
            message.Write(part);
            part = message.Written;
        }

        if (!isLast)
        {
            return default;
        }

        _opcode = Opcode.Continuation;
        _soFar = 0;
        return !_isDeflated && isText && !_text.IsWhole ? NotUtf8()
            : _isDropped ? new(IncomingKind.Dropped, default)
            : _isDeflated ? Inflate(isText, rules)
            : new(isText ? IncomingKind.Text : IncomingKind.Binary, part);
    }

    private Incoming Inflate(bool isText, in FrameRules rules)
    {
        inflated.Clear();
        var isShort = rules.Options.MaxHeardBytes < rules.MaxLength;
        var status = MessageDeflate.Inflate(message, inflated, isShort ? rules.Options.MaxHeardBytes : rules.MaxLength);
        _work += WorkOfInflating + inflated.Length;
        return status switch
        {
            InflateStatus.TooLong => isShort ? new(IncomingKind.Dropped, default) : FrameRules.TooBig(),
            InflateStatus.Invalid =>
                FrameRules.Fault("The message cannot be decompressed."u8, CloseCode.InvalidPayload),
            _ when !isText => new(IncomingKind.Binary, inflated.Written),
            _ => Utf8.IsValid(inflated.Written) ? new(IncomingKind.Text, inflated.Written) : NotUtf8(),
        };
    }

    private static Incoming NotUtf8() => FrameRules.Fault("The text is not UTF-8."u8, CloseCode.InvalidPayload);

    [InlineArray(FrameHeader.MaxBytes)]
    private struct HeaderBytes
    {
        private byte _first;
    }
}
