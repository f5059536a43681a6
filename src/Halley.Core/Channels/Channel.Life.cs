namespace Halley.Channels;

// How long it lives while nobody is here, and when its owner has to look at it.
public partial class Channel
{
    // Ticks left to live: counted down from _idleSince while nobody is here.
    private uint _idleTicks;
    private uint _idleSince;

    // The least that a use gives it; chosen by whoever created it.
    private readonly uint _usualTicks;

    // When those who follow the comings and goings are told again that this channel is here. Touched by the owner's
    // clock alone.
    private uint _nextPresence;

    // The tick after the last one at which somebody asked for messages; 0 for never.
    private uint _requested;

    /// <summary>
    /// Whole seconds since a subscriber came or a message was read; null where none ever was. Any thread.
    /// </summary>
    public long? SecondsSinceRequest =>
        Volatile.Read(ref _requested) is var requested and > 0 ? _owner.Now + 1 - requested : null;

    /// <summary>Marks a use: the channel is kept for its usual time from now on. Under the lock.</summary>
    internal void Use() => RaiseIdle();

    /// <summary>
    /// Keeps the channel this many ticks more once nobody is here, even if that is shorter than what it had.
    /// </summary>
    internal void KeepFor(uint ticks)
    {
        lock (Lock)
        {
            _idleTicks = ticks;
            _idleSince = _owner.Now;
        }
    }

    /// <summary>
    /// The tick at which the owner has to look at this channel again: to tell that it is here, to drop what has
    /// expired, or to forget it.
    /// </summary>
    internal uint NextLook
    {
        get
        {
            lock (Lock)
            {
                var look = _subscribers == 0 ? Sooner(ForgottenAt, _nextPresence) : _nextPresence;
                return _history?.NextExpiry is { } expiry and > 0 ? Sooner(expiry, look) : look;
            }
        }
    }

    /// <summary>Drops what has expired, and closes the channel if nobody was here for long enough.</summary>
    internal bool TryForget(uint now)
    {
        lock (Lock)
        {
            _ = Kept();
            if (!IsClosed && _audiences is null && unchecked((int)(now - ForgottenAt)) >= 0)
            {
                Forget();
                _audiences = NoMore;
            }

            return IsClosed;
        }
    }

    /// <summary>Whether it is time to tell again that this channel is here.</summary>
    internal bool IsPresenceDue(uint now)
    {
        if (unchecked((int)(now - _nextPresence)) < 0)
        {
            return false;
        }

        _nextPresence = now + _owner.IdleTicks;
        return true;
    }

    /// <inheritdoc/>
    protected internal override void OnDue(uint now) => _owner.Look(this, now);

    private static uint Sooner(uint tick, uint other) => unchecked((int)(tick - other)) < 0 ? tick : other;

    private uint ForgottenAt =>
        Math.Max(_idleSince + _idleTicks + 1, _owner.OutlivesMessages ? _history?.LastExpiry ?? 0 : 0);

    // Using a channel gives it at least its usual time to live; a longer one, once given, is kept.
    private void RaiseIdle()
    {
        var elapsed = _subscribers == 0 ? _owner.Now - _idleSince : 0;
        var left = _idleTicks > elapsed ? _idleTicks - elapsed : 0;
        if (_subscribers > 0 || left < _usualTicks)
        {
            _idleTicks = Math.Max(left, _usualTicks);
            _idleSince = _owner.Now;
        }
    }
}
