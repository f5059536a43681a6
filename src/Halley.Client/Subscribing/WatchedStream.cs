namespace Halley.Client.Subscribing;

/// <summary>
/// An event stream that is read with patience, and in which no event is longer than it may be: its parser keeps an
/// event until it is whole, however long. Events end with an empty line.
/// </summary>
internal sealed class WatchedStream(Stream inner, Patience patience, int maxEventBytes) : Stream
{
    private long _eventBytes;
    private bool _isAtLineStart = true;
    private bool _isAfterReturn;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        patience.Begin();
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        patience.Hear();
        Measure(buffer.Span[..count]);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <exception cref="HalleyException">An event is too long.</exception>
    private void Measure(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            var line = end < 0 ? bytes.Length : end;
            if (line > 0)
            {
                _isAtLineStart = _isAfterReturn = false;
            }

            _eventBytes += line;
            if (_eventBytes > maxEventBytes)
            {
                throw TooLarge.Of(maxEventBytes);
            }

            if (end < 0)
            {
                return;
            }

            EndLine(bytes[end]);
            bytes = bytes[(end + 1)..];
        }
    }

    private void EndLine(byte end)
    {
        // A line feed behind a carriage return belongs to the same end.
        var isSameEnd = end == '\n' && _isAfterReturn;
        _isAfterReturn = end == '\r';
        if (!isSameEnd)
        {
            _eventBytes = _isAtLineStart ? 0 : _eventBytes + 1;
            _isAtLineStart = true;
        }
    }
}
