using System.Buffers.Binary;

namespace Halley.Protocol.Links;

/// <summary>
/// A stream of frames to another process of this server. What is said is put together and sent in few pieces, in the
/// order it was said; how it reaches the other side is the host's part.
/// </summary>
public abstract class Link(IDispatcher dispatcher, LinkOptions options)
{
    private readonly Lock _lock = new();
    private ByteBuffer _said = new();
    private ByteBuffer _sending = new();
    private int _sent;
    private bool _isAwake;
    private bool _hasEnded;

    /// <summary>The thread that its frames are heard on.</summary>
    public IDispatcher Dispatcher { get; } = dispatcher;

    /// <summary>The longest frame that is taken.</summary>
    protected int MaxFrameBytes { get; } = options.MaxFrameBytes;

    /// <summary>Says something; it is sent soon. Any thread. Where the link has ended, nothing happens.</summary>
    public void Send<T>(scoped in T frame)
        where T : struct, IFrame, allows ref struct
    {
        bool isTooMuch;
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            isTooMuch = Queued > options.MaxQueuedBytes;
            if (!isTooMuch)
            {
                var start = _said.Length;
                _said.Skip(FrameCutter.LengthBytes);
                frame.Write(_said);
                BinaryPrimitives.WriteInt32LittleEndian(
                    _said.Span(start), _said.Length - start - FrameCutter.LengthBytes);
            }

            if (_isAwake && !isTooMuch)
            {
                return;
            }

            _isAwake = true;
        }

        if (isTooMuch)
        {
            End($"the other side does not read: {options.MaxQueuedBytes} bytes wait for it");
        }
        else
        {
            Wake();
        }
    }

    /// <summary>Ends the link. Any thread; a second call does nothing.</summary>
    public void End(string reason)
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            _hasEnded = true;
            _said = _sending = new ByteBuffer(0);
        }

        OnEnding(reason);
    }

    protected bool HasEnded
    {
        get
        {
            lock (_lock)
            {
                return _hasEnded;
            }
        }
    }

    /// <summary>
    /// There is something to send: lets <see cref="Pending"/> be asked soon, on the dispatcher. Any thread; locks may
    /// be held.
    /// </summary>
    protected abstract void Wake();

    /// <summary>It ends: nothing is said or heard any more. Any thread.</summary>
    protected abstract void OnEnding(string reason);

    /// <summary>
    /// Finds what is to be sent next; empty when all that was said is sent, and then it wakes again for more. On the
    /// dispatcher.
    /// </summary>
    protected ReadOnlySpan<byte> Pending()
    {
        if (_sent < _sending.Length)
        {
            return _sending.Written[_sent..];
        }

        lock (_lock)
        {
            _sent = 0;
            _sending.Clear();
            (_said, _sending) = (_sending, _said);
            _isAwake = _sending.Length > 0;
            return _sending.Written;
        }
    }

    /// <summary>So much of <see cref="Pending"/> was taken. On the dispatcher.</summary>
    protected void Sent(int count)
    {
        lock (_lock)
        {
            _sent += count;
        }
    }

    private long Queued => (long)_said.Length + _sending.Length - _sent;
}
