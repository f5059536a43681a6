using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Halley.Protocol.WebSockets;

/// <summary>
/// Makes messages of the bytes that a client sends, however they are cut: it takes all it is given and keeps what is not whole yet. A message that
/// lies whole in the bytes given is not copied. While it is idle it holds nothing and can serve another client. Belongs to one thread.
/// </summary>
public sealed class MessageReader
{
    private readonly ByteBuffer _control = new(capacity: 128);
    private readonly ByteBuffer _message = new(capacity: 256);
    private ByteBuffer? _inflated;

    private HeaderBytes _header;
    private int _headerCount;

    // Of the frame whose payload is being read.
    private FrameHeader _frame;
    private long _left;
    private bool _isInPayload;

    // Of the message that has begun: Continuation where none has.
    private Opcode _opcode;
    private bool _isDeflated;
    private Utf8Check _text;

    /// <summary>Whether nothing has come of what is not whole.</summary>
    public bool IsIdle => _headerCount == 0 && !_isInPayload && _opcode == Opcode.Continuation;

    /// <summary>Lets go of what the last message was read with.</summary>
    public void Forget()
    {
        Debug.Assert(IsIdle, "what is half there is not forgotten");
        _message.Clear();
        _inflated?.Clear();
    }

    /// <summary>Takes bytes up to the end of the next whole thing. After a close or a fault it must not be called again.</summary>
    /// <param name="bytes">They are unmasked in place.</param>
    /// <param name="consumed">How many of them were taken: all, where nothing is whole.</param>
    public Incoming Read(Span<byte> bytes, in FrameRules rules, out int consumed)
    {
        consumed = 0;
        if (_opcode == Opcode.Continuation)
        {
            // What was told the last time has been heard.
            _message.Clear();
        }

        while (true)
        {
            if (!_isInPayload)
            {
                if (!TryReadHeader(bytes, ref consumed))
                {
                    return default;
                }

                var fault = rules.Check(_frame, _opcode, _message.Length);
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

        var isLast = !_isInPayload && _frame.IsFinal;
        if (!isLast || _message.Length > 0)
        {
            _message.Write(part);
            part = _message.Written;
        }

        if (!isLast)
        {
            return default;
        }

        Debug.Assert(part.Length <= rules.MaxMessageBytes, "a frame that would make it longer is refused by its header");
        _opcode = Opcode.Continuation;
        if (_isDeflated)
        {
            return Inflate(part, isText, rules);
        }

        return isText && !_text.IsWhole ? NotUtf8() : new(isText ? IncomingKind.Text : IncomingKind.Binary, part);
    }

    private Incoming Inflate(ReadOnlySpan<byte> deflated, bool isText, in FrameRules rules)
    {
        _inflated ??= new ByteBuffer();
        _inflated.Clear();
        return MessageDeflate.Inflate(deflated, _inflated, rules.MaxMessageBytes) switch
        {
            InflateStatus.TooLong => FrameRules.TooBig(),
            InflateStatus.Invalid => FrameRules.Fault("The message cannot be decompressed."u8, CloseCode.InvalidPayload),
            _ when !isText => new(IncomingKind.Binary, _inflated.Written),
            _ => Utf8.IsValid(_inflated.Written) ? new(IncomingKind.Text, _inflated.Written) : NotUtf8(),
        };
    }

    private static Incoming NotUtf8() => FrameRules.Fault("The text is not UTF-8."u8, CloseCode.InvalidPayload);

    [InlineArray(FrameHeader.MaxBytes)]
    private struct HeaderBytes
    {
        private byte _first;
    }
}
