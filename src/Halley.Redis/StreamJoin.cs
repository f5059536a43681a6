using Halley.Following;

namespace Halley.Redis;

/// <summary>The result of joining what was read or heard.</summary>
internal enum Joined
{
    /// <summary>Nothing is missing, or what is may still be heard.</summary>
    Whole,

    /// <summary>There is a hole that reading may fill.</summary>
    Hole,

    /// <summary>There is a hole that nothing fills any more.</summary>
    Lost,

    /// <summary>It is of another epoch than what is followed.</summary>
    OtherEpoch,
}

/// <summary>
/// Puts together what is heard of a stream and what is read of it, by offset: each message once, in order. Belongs to
/// whoever holds the lock of its <see cref="FollowedStream"/>.
/// </summary>
/// <param name="append">Told of each message when it is its turn.</param>
internal sealed class StreamJoin(Action<CopiedMessage> append)
{
    // What is heard before the stream is open, or behind a hole: beyond that it is forgotten, and read.
    private const int MaxAhead = 10_000;

    private readonly SortedDictionary<long, CopiedMessage> _ahead = [];
    private long _aheadEpoch;
    private long _heardTo;
    private long _missing;

    /// <summary>
    /// The stream's epoch, and the offset of the next message; null until it was read for the first time.
    /// </summary>
    public StreamPosition? Position { get; private set; }

    /// <summary>Begins where a stream stood when it was read; what was heard behind that comes next.</summary>
    public void Open(StreamPosition position)
    {
        Position = position;
        _heardTo = position.Offset - 1;
        if (_aheadEpoch != position.Epoch)
        {
            _ahead.Clear();
        }

        AppendNext();
    }

    /// <summary>A message was heard.</summary>
    public Joined Hear(long epoch, in CopiedMessage message)
    {
        if (Position is not { } position)
        {
            Put(epoch, message);
            return Joined.Whole;
        }

        if (epoch != position.Epoch)
        {
            return Joined.OtherEpoch;
        }

        _heardTo = Math.Max(_heardTo, message.Offset);
        if (message.Offset >= position.Offset)
        {
            Put(epoch, message);
            AppendNext();
        }

        return _ahead.Count > 0 ? Joined.Hole : Joined.Whole;
    }

    /// <summary>The stream was read from the next message on.</summary>
    public Joined Fill(in StreamReading stream)
    {
        if (stream.Epoch != Position!.Value.Epoch)
        {
            return Joined.OtherEpoch;
        }

        foreach (var message in stream.Kept)
        {
            _ahead[message.Offset] = message;
        }

        AppendNext();
        var next = Position.Value.Offset;
        if (stream.Next <= next)
        {
            _missing = 0;
            return Joined.Whole;
        }

        // Not kept, so that it can only be heard: it may be under way, unless what comes after it was heard, or it was
        // missing the last time too.
        var isLost = _heardTo >= next || _missing == next;
        _missing = next;
        return isLost ? Joined.Lost : Joined.Whole;
    }

    private void Put(long epoch, in CopiedMessage message)
    {
        if (_ahead.Count == MaxAhead || epoch != _aheadEpoch)
        {
            _ahead.Clear();
        }

        _ahead[message.Offset] = message;
        _aheadEpoch = epoch;
    }

    private void AppendNext()
    {
        while (_ahead.Count > 0 && _ahead.First() is var (offset, first) && offset <= Position!.Value.Offset)
        {
            _ahead.Remove(offset);
            if (offset == Position.Value.Offset)
            {
                Position = Position.Value with { Offset = offset + 1 };
                append(first);
            }
        }
    }
}
