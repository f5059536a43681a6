using Halley.Broker;
using Halley.Channels;
using Halley.Following;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// One stream that this node follows: heard over pub/sub, and read where something may be missing. What is heard and what is read is joined by offset. Where a hole
/// cannot be filled, or the stream has begun anew, its channel ends here, and its subscribers come back and are told where they stand. Any thread; what it
/// tells <see cref="FollowedChannels"/> is told under its own lock, which is taken before theirs.
/// </summary>
internal sealed class FollowedStream(RedisSource source, uint id, byte[] name, bool mayCreate, TimeSpan? idleTimeout)
{
    // What is heard before the stream is open, or behind a hole: beyond that it is forgotten, and read.
    private const int MaxAhead = 10_000;

    private static readonly TimeSpan TimeToHear = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, CopiedMessage> _ahead = [];
    private ChannelMessageQueue? _queue;
    private StreamPosition? _position;
    private long _aheadEpoch;
    private long _heardTo;
    private long _missing;
    private int _subscribers;
    private int _asked;
    private bool _isWanted;
    private long? _doubtedAt;
    private bool _isSubscribing = true;
    private bool _isReading;
    private bool _mustRead;
    private bool _hasEnded;

    public uint Id => id;

    public byte[] Name => name;

    /// <summary>Follows it: once what is published is heard, what is kept is read.</summary>
    public async Task Begin()
    {
        try
        {
            Volatile.Write(ref _isSubscribing, true);
            var queue = await source.Subscribe(name, Hear).ConfigureAwait(false);
            lock (_lock)
            {
                _queue = queue;
                if (_hasEnded)
                {
                    source.Unsubscribe(queue);
                    return;
                }
            }
        }
        catch (BrokerException gone)
        {
            if (_position is null)
            {
                End(() => source.Followed.Fail(id, gone));
                return;
            }
        }
        finally
        {
            Volatile.Write(ref _isSubscribing, false);
        }

        await Read().ConfigureAwait(false);
    }

    /// <summary>Reads what may be missing; where it is not heard, since that could not be had the last time, it is to be.</summary>
    public Task Check()
    {
        lock (_lock)
        {
            return _queue is null && !_isSubscribing ? Begin() : Read();
        }
    }

    /// <summary>Hears it over another connection: the one before passes nothing on any more.</summary>
    public async Task HearAgain()
    {
        lock (_lock)
        {
            _queue = null;
        }

        await Begin().ConfigureAwait(false);
    }

    /// <summary>So many subscribers more, or fewer.</summary>
    public void Count(int by)
    {
        Interlocked.Add(ref _subscribers, by);
        if (by > 0)
        {
            Volatile.Write(ref _isWanted, true);
        }

        _ = Read();
    }

    /// <summary>Somebody wants to know how far the stream has got.</summary>
    public void AskPosition()
    {
        Interlocked.Increment(ref _asked);
        _ = Read();
    }

    /// <summary>Nobody listens here any more.</summary>
    public void Leave() => End(() => source.Followed.End(id, new Ending(CloseReason.Done, default)));

    /// <summary>
    /// Reads what may be missing, and says who is here. One reading at a time: what is asked for meanwhile is done by a further one.
    /// </summary>
    public async Task Read()
    {
        lock (_lock)
        {
            if (_hasEnded || (_isReading && (_mustRead = true)))
            {
                return;
            }

            _isReading = true;
        }

        while (true)
        {
            var asked = Interlocked.Exchange(ref _asked, 0);
            try
            {
                var from = _position?.Offset ?? 1;
                var wants = Interlocked.Exchange(ref _isWanted, false) || _position is null;
                var read = await source.Read(
                    name, from, Volatile.Read(ref _subscribers), wants, _position is null && mayCreate, idleTimeout).ConfigureAwait(false);
                Take(read, asked);
            }
            catch (BrokerException gone)
            {
                Fail(gone);
            }

            lock (_lock)
            {
                if (_hasEnded || !_mustRead)
                {
                    _isReading = false;
                    return;
                }

                _mustRead = false;
            }
        }
    }

    private void Fail(BrokerException gone)
    {
        if (_position is null)
        {
            End(() => source.Followed.Fail(id, gone));
            return;
        }

        // Who waits for its position is told; who listens goes on, and what was missed is read when Redis is back.
        source.Followed.Fail(id, gone);
    }

    private void Hear(RedisValue heard)
    {
        ReadOnlySpan<byte> bytes = (byte[])heard!;
        lock (_lock)
        {
            if (_hasEnded || bytes.Length < 2)
            {
                return;
            }

            switch (bytes[0])
            {
                case (byte)'m' when MessageFields.TryReadHeard(bytes, out var epoch, out var message):
                    Hear(epoch, message);
                    break;
                case (byte)'e':
                    HearEnd(new Numbers(bytes[2..]));
                    break;
                case (byte)'c':
                    var numbers = new Numbers(bytes[2..]);
                    if (_position is { } position && numbers.Next() == position.Epoch)
                    {
                        source.Followed.Clear(id, numbers.Next() + 1);
                    }

                    break;
                default:
                    // Of a version that is not known here: it is missing.
                    _ = Task.Run(Read);
                    break;
            }
        }
    }

    private void Hear(long epoch, in CopiedMessage message)
    {
        if (_position is { } position)
        {
            if (epoch != position.Epoch)
            {
                // Perhaps of before it was followed; reading tells.
                _ = Task.Run(Read);
                return;
            }

            _heardTo = Math.Max(_heardTo, message.Offset);
            if (message.Offset == position.Offset)
            {
                Append(message);
                Join();
                return;
            }

            if (message.Offset < position.Offset)
            {
                return;
            }

            _ = Task.Run(Read);
        }

        if (_ahead.Count == MaxAhead || epoch != _aheadEpoch)
        {
            _ahead.Clear();
        }

        _ahead[message.Offset] = message;
        _aheadEpoch = epoch;
    }

    private void HearEnd(Numbers numbers)
    {
        if (_position is { } position && numbers.Next() == position.Epoch)
        {
            var last = new StreamPosition(position.Epoch, numbers.Next() + 1);
            var farewell = numbers.Rest is [(byte)'1', .. var words] ? words.ToArray() : null;
            End(() => source.Followed.End(id, new Ending(CloseReason.ChannelClosed, last, farewell)));
        }
    }

    private void Take(StreamReading? read, int asked)
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            if (read is not { } stream)
            {
                if (_position is null)
                {
                    End(() => source.Followed.Refuse(id, AttachStatus.NoSuchChannel));
                }
                else
                {
                    Doubt(asked);
                }

                return;
            }

            if (stream.Next == 0)
            {
                End(() => source.Followed.Refuse(id, AttachStatus.TooManyChannels));
            }
            else if (_position is null)
            {
                Open(stream);
            }
            else if (stream.Epoch != _position.Value.Epoch)
            {
                Doubt(asked);
                return;
            }
            else
            {
                _doubtedAt = null;
                Fill(stream);
            }

            for (; asked > 0 && !_hasEnded; asked--)
            {
                source.Followed.Reach(id, stream.Next);
            }
        }
    }

    private void Open(in StreamReading stream)
    {
        _position = new StreamPosition(stream.Epoch, stream.Next);
        _heardTo = stream.Next - 1;
        source.Followed.Open(id, _position.Value, stream.Losses, stream.Kept.Count);
        foreach (var message in stream.Kept)
        {
            source.Followed.Append(id, message);
        }

        if (_aheadEpoch != stream.Epoch)
        {
            _ahead.Clear();
        }

        Join();
    }

    private void Fill(in StreamReading stream)
    {
        foreach (var message in stream.Kept)
        {
            _ahead[message.Offset] = message;
        }

        Join();
        var next = _position!.Value.Offset;
        if (stream.Next <= next)
        {
            _missing = 0;
            return;
        }

        // Not kept, so that it can only be heard: it may be under way, unless what comes after it was heard, or it was missing the last time too.
        if (_heardTo >= next || _missing == next)
        {
            Interrupt();
            return;
        }

        _missing = next;
    }

    // Appends what follows, of all that came early.
    private void Join()
    {
        while (!_hasEnded && _ahead.Count > 0 && _ahead.First() is var (offset, first))
        {
            if (offset > _position!.Value.Offset)
            {
                return;
            }

            _ahead.Remove(offset);
            if (offset == _position.Value.Offset)
            {
                Append(first);
            }
        }
    }

    private void Append(in CopiedMessage message)
    {
        _position = _position!.Value with { Offset = message.Offset + 1 };
        source.Followed.Append(id, message);
    }

    // The stream that was followed is there no longer. Where somebody has closed it, that is under way, and is told as he wanted; else it is not heard of.
    private void Doubt(int asked)
    {
        if (_doubtedAt is { } since && source.Time.GetElapsedTime(since) >= TimeToHear)
        {
            Interrupt();
            return;
        }

        Interlocked.Add(ref _asked, asked);
        if (_doubtedAt is null)
        {
            _doubtedAt = source.Time.GetTimestamp();
            _ = source.After(TimeToHear, Read);
        }
    }

    private void Interrupt() => End(() => source.Followed.End(id, new Ending(CloseReason.Interrupted, _position!.Value)));

    private void End(Action tell)
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            _hasEnded = true;
            source.Forget(this);
            if (_queue is { } queue)
            {
                source.Unsubscribe(queue);
            }

            if (_subscribers > 0 || _position is not null)
            {
                source.SayGone(name);
            }

            // Last: whoever is told comes back, and follows the same stream anew.
            tell();
        }
    }
}

/// <summary>A stream, as it was read.</summary>
/// <param name="Next">The offset that its next message will have.</param>
/// <param name="Kept">What is kept from the offset on that was asked for.</param>
internal readonly record struct StreamReading(long Epoch, long Next, Losses Losses, IReadOnlyList<CopiedMessage> Kept)
{
    /// <summary>There is none, and may be none: there are too many channels.</summary>
    public static StreamReading Full { get; } = new(0, 0, default, []);
}
