using System.Diagnostics;

namespace Halley.Channels;

/// <summary>
/// The subscribers of one channel that live on one dispatcher, and what waits to be told to them. The list of subscribers is touched by that
/// dispatcher alone; what waits is guarded by the channel's lock. It is posted once when something begins to wait, and runs until nothing does.
/// </summary>
internal sealed class Audience(Channel channel, IDispatcher dispatcher, Audience? following) : IWork
{
    private Subscription? _first;
    private Subscription? _last;

    // What is being told now, and the subscription that hears it next: a slice may end in the middle of the audience.
    private Announcement? _current;
    private Subscription? _cursor;

    // All that is still to be told, the current one at its head; under the channel's lock. Not empty means: posted, and not yet run to its end.
    private Announcement? _head;
    private Announcement? _tail;

    public Channel Channel { get; } = channel;

    public IDispatcher Dispatcher { get; } = dispatcher;

    /// <summary>The channel's next audience; under its lock.</summary>
    public Audience? Following { get; set; } = following;

    public bool IsEmpty => _first is null;

    /// <summary>Lets everybody here be told. Under the channel's lock, by any thread.</summary>
    public void Announce(Announcement announcement)
    {
        if (_tail is not null)
        {
            _tail = _tail.Following = announcement;
            return;
        }

        _head = _tail = announcement;
        Dispatcher.Post(this);
    }

    public Subscription Add(ISubscriber subscriber, long next)
    {
        var subscription = new Subscription(this, subscriber, next) { Previous = _last, IsAttached = true };
        if (_last is null)
        {
            _first = subscription;
        }
        else
        {
            _last.Following = subscription;
        }

        return _last = subscription;
    }

    public void Remove(Subscription subscription)
    {
        Debug.Assert(subscription.IsAttached && subscription.Audience == this, "a subscription sits in one audience, once");
        subscription.IsAttached = false;
        if (_cursor == subscription)
        {
            _cursor = subscription.Following;
        }

        if (subscription.Previous is null)
        {
            _first = subscription.Following;
        }
        else
        {
            subscription.Previous.Following = subscription.Following;
        }

        if (subscription.Following is null)
        {
            _last = subscription.Previous;
        }
        else
        {
            subscription.Following.Previous = subscription.Previous;
        }

        subscription.Previous = subscription.Following = null;
    }

    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        for (_current ??= Begin(_head); _current is not null; _current = Begin(NextToTell()))
        {
            Tell(_current, ref budget);
            if (_cursor is not null)
            {
                return false;
            }
        }

        return true;
    }

    private Announcement? Begin(Announcement? announcement)
    {
        _cursor = _first;
        return announcement;
    }

    private Announcement? NextToTell()
    {
        lock (Channel.Lock)
        {
            _head = _head!.Following;
            if (_head is null)
            {
                _tail = null;
            }

            return _head;
        }
    }

    private void Tell(Announcement announcement, ref int budget)
    {
        while (_cursor is { } subscription && budget > 0)
        {
            // Moved on first: the subscriber may detach itself, or its neighbour, while it is told.
            _cursor = subscription.Following;
            budget--;
            if (announcement.Message is not { } message)
            {
                Channel.Detach(subscription);
                subscription.Subscriber.End(subscription, announcement.Reason, announcement.Position);
            }
            else if (message.Offset >= subscription.Next)
            {
                subscription.Next = message.Offset + 1;
                subscription.Subscriber.Deliver(subscription, message);
            }
        }
    }
}
