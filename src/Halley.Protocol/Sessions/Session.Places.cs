using Halley.Channels;

namespace Halley.Protocol.Sessions;

// The channels that it listens to: few in most sessions, so that a search costs less than a table would.
internal abstract partial class Session
{
    // Filled from its beginning. Other threads read it, and may see it a moment late.
    private SessionPlace[] _places = [];
    private int _count;

    /// <summary>Its places, in the order they were taken; empty where it has none.</summary>
    public ReadOnlySpan<SessionPlace> Places => _places.AsSpan(0, _count);

    /// <summary>Whether any of its places is attached.</summary>
    public bool IsAttached
    {
        get
        {
            foreach (var place in Places)
            {
                if (place.Channel is not null)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The channels that it is attached to. Any thread, which may see a change a moment late.</summary>
    public IEnumerable<Channel> Channels
    {
        get
        {
            foreach (var place in _places)
            {
                if (place is null)
                {
                    yield break;
                }

                if (place.Channel is { } channel)
                {
                    yield return channel;
                }
            }
        }
    }

    /// <summary>Whether something that was published is not told yet.</summary>
    public bool IsBehind
    {
        get
        {
            foreach (var place in Places)
            {
                if (place.Channel is { } channel && place.Next < channel.Position.Offset)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Finds the place in a channel.</summary>
    public SessionPlace? Find(ReadOnlySpan<byte> channel)
    {
        foreach (var place in Places)
        {
            if (place.Channel is { } own && own.Name.SequenceEqual(channel))
            {
                return place;
            }
        }

        return null;
    }

    /// <summary>
    /// The info of its client that others in a channel may see besides, as JSON; null for none. Any thread, which may
    /// see a change a moment late.
    /// </summary>
    public byte[]? InfoIn(ReadOnlySpan<byte> channel)
    {
        foreach (var place in _places)
        {
            if (place?.Info is { } info && place.Channel is { } own && own.Name.SequenceEqual(channel))
            {
                return info;
            }
        }

        return null;
    }

    /// <summary>Adds a place that was attached.</summary>
    protected void Add(SessionPlace place)
    {
        if (_count == _places.Length)
        {
            // One by one for the first few: many sessions never have more.
            Array.Resize(ref _places, _count < 4 ? _count + 1 : _count + (_count / 2));
        }

        _places[_count++] = place;
    }

    /// <summary>Detaches a place, and forgets it.</summary>
    protected void Remove(SessionPlace place)
    {
        place.Detach();
        var at = Array.IndexOf(_places, place, 0, _count);
        if (at >= 0)
        {
            // A new array: another thread may read the old one.
            var left = new SessionPlace[_count - 1];
            _places.AsSpan(0, at).CopyTo(left);
            _places.AsSpan(at + 1, _count - at - 1).CopyTo(left.AsSpan(at));
            _places = left;
            _count = left.Length;
        }
    }

    /// <summary>Notes what became of a wish to listen to a channel, where somebody watches.</summary>
    internal void NoteAttached(ReadOnlySpan<byte> channel, in AttachOptions options, in AttachResult result) =>
        _answer.NoteAttached(channel, options, result);

    /// <summary>Tells a message of one of its channels.</summary>
    internal virtual void Deliver(SessionPlace place, Message message) =>
        _answer.Push(this, place, message, place.Form ?? Form);

    /// <summary>
    /// Whether the client listens to a channel no more that it is too slow for, and knows it; else its connection ends.
    /// </summary>
    internal virtual bool TryEnd(SessionPlace place) => false;

    /// <summary>Says that one of its channels has ended, which it is not attached to any more.</summary>
    internal void OnEnded(SessionPlace place, Channel channel, in Ending ending)
    {
        try
        {
            if (IsOpen && HasRoom())
            {
                Remove(place);
                OnChannelEnded(place, channel, ending);
            }
        }
        catch (Exception exception)
        {
            FailFor(exception);
        }
    }

    /// <summary>Tells the client that a channel has ended for it.</summary>
    protected abstract void OnChannelEnded(SessionPlace place, Channel channel, in Ending ending);

    private void DetachAll()
    {
        foreach (var place in Places)
        {
            place.Detach();
        }

        _places = [];
        _count = 0;
    }
}
