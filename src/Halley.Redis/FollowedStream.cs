using Halley.Broker;
using Halley.Channels;
using Halley.Following;

namespace Halley.Redis;

/// <summary>
/// One stream that this node follows: heard over pub/sub, and read where something may be missing. What is heard and
/// what is read is joined by offset. Where a hole cannot be filled, or the stream has begun anew, its channel ends
/// here, and its subscribers come back and are told where they stand. Any thread; what it tells
/// <see cref="FollowedChannels"/> is told under its own lock, which is taken before theirs.
/// </summary>
internal sealed partial class FollowedStream
{
    // For the word that somebody has closed the stream, which may be under way.
    private static readonly TimeSpan TimeToHear = TimeSpan.FromMilliseconds(500);

    private readonly RedisSource _source;
    private readonly bool _mayCreate;
    private readonly TimeSpan? _idleTimeout;
    private readonly Lock _lock = new();
    private readonly StreamJoin _join;
    private IDisposable? _topic;
    private int _subscribers;
    private int _asked;
    private bool _isWanted;
    private long? _doubtedAt;
    private bool _isSubscribing = true;
    private bool _isReading;
    private bool _mustRead;
    private bool _hasEnded;

    public FollowedStream(RedisSource source, uint id, byte[] name, bool mayCreate, TimeSpan? idleTimeout)
    {
        _source = source;
        Id = id;
        Name = name;
        _mayCreate = mayCreate;
        _idleTimeout = idleTimeout;
        _join = new StreamJoin(message => source.Followed.Append(id, message));
    }

    public uint Id { get; }

    public byte[] Name { get; }

    /// <summary>Follows it: once what is published is heard, what is kept is read.</summary>
    public async Task Begin()
    {
        try
        {
            Volatile.Write(ref _isSubscribing, true);
            var topic = await _source.Subscribe(Name, Hear).ConfigureAwait(false);
            lock (_lock)
            {
                _topic = topic;
                if (_hasEnded)
                {
                    topic.Dispose();
                    return;
                }
            }
        }
        catch (BrokerException gone)
        {
            if (!IsOpen)
            {
                Fail(gone);
                return;
            }
        }
        finally
        {
            Volatile.Write(ref _isSubscribing, false);
        }

        await Read().ConfigureAwait(false);
    }

    /// <summary>
    /// Reads what may be missing; where it is not heard, since that could not be had the last time, it is to be.
    /// </summary>
    public Task Check()
    {
        lock (_lock)
        {
            return _topic is null && !_isSubscribing ? Begin() : Read();
        }
    }

    /// <summary>Hears it over another connection: the one before passes nothing on any more.</summary>
    public async Task HearAgain()
    {
        lock (_lock)
        {
            _topic = null;
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
    public void Leave() => End(() => _source.Followed.End(Id, new Ending(CloseReason.Done, default)));

    /// <summary>
    /// Reads what may be missing, and says who is here. One reading at a time: what is asked for meanwhile is done by a
    /// further one.
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
            long from;
            bool isFirst;
            lock (_lock)
            {
                (from, isFirst) = (_join.Position?.Offset ?? 1, _join.Position is null);
            }

            try
            {
                var wants = Interlocked.Exchange(ref _isWanted, false) || isFirst;
                var subscribers = Volatile.Read(ref _subscribers);
                Take(
                    await _source.Read(Name, from, subscribers, wants, isFirst && _mayCreate, _idleTimeout)
                        .ConfigureAwait(false), asked);
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

    private bool IsOpen
    {
        get
        {
            lock (_lock)
            {
                return _join.Position is not null;
            }
        }
    }

    // Who waits for it, or for its position, is told; who listens goes on, and what was missed is read when Redis is
    // back. Where it has ended meanwhile, its number may be another's.
    private void Fail(BrokerException gone)
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            if (_join.Position is null)
            {
                End(() => _source.Followed.Fail(Id, gone));
            }
            else
            {
                _source.Followed.Fail(Id, gone);
            }
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

            var isOpen = _join.Position is not null;
            switch (read)
            {
                case null when isOpen:
                    Doubt(asked);
                    return;
                case null:
                    End(() => _source.Followed.Refuse(Id, AttachStatus.NoSuchChannel));
                    return;
                case { IsFull: true }:
                    End(() => _source.Followed.Refuse(Id, AttachStatus.TooManyChannels));
                    return;
                case { } stream when !isOpen:
                    Open(stream);
                    break;
                case { } stream:
                    switch (_join.Fill(stream))
                    {
                        case Joined.OtherEpoch when stream.Losses.Continues?.Epoch == _join.Position!.Value.Epoch:
                            // It lies on another server now, or on one that was started again.
                            Interrupt();
                            return;
                        case Joined.OtherEpoch:
                            Doubt(asked);
                            return;
                        case Joined.Lost:
                            Interrupt();
                            return;
                    }

                    _doubtedAt = null;
                    if (stream.Losses is { Reason: LossReason.Cleared, To: var cleared })
                    {
                        // Where that was not heard.
                        _source.Followed.Clear(Id, cleared + 1);
                    }

                    break;
            }

            for (; asked > 0; asked--)
            {
                _source.Followed.AnswerPosition(Id, read.Value.Next);
            }
        }
    }

    private void Open(in StreamReading stream)
    {
        var position = new StreamPosition(stream.Epoch, stream.Next);
        _source.Followed.Open(Id, position, stream.Losses, stream.Kept.Count);
        foreach (var message in stream.Kept)
        {
            _source.Followed.Append(Id, message);
        }

        _join.Open(position);
    }

    // The stream that was followed is there no longer. Where somebody has closed it, that is under way, and is told as
    // he wanted; else it is not heard of.
    private void Doubt(int asked)
    {
        if (_doubtedAt is { } since && _source.Time.GetElapsedTime(since) >= TimeToHear)
        {
            Interrupt();
            return;
        }

        Interlocked.Add(ref _asked, asked);
        if (_doubtedAt is null)
        {
            _doubtedAt = _source.Time.GetTimestamp();
            _ = _source.After(TimeToHear, Read);
        }
    }

    private void Interrupt() =>
        End(() => _source.Followed.End(Id, new Ending(CloseReason.Interrupted, _join.Position!.Value)));

    private void End(Action tell)
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            _hasEnded = true;
            _source.Forget(this);
            _topic?.Dispose();

            if (_join.Position is not null)
            {
                _source.SayGone(Name);
            }

            // Last: whoever is told comes back, and follows the same stream anew.
            tell();
        }
    }
}
