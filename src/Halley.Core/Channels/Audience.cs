using System.Diagnostics;
using Halley.Tracing;

namespace Halley.Channels;

/// <summary>
/// The subscribers of one channel that live on one dispatcher. That dispatcher alone touches the list; the channel's
/// lock guards what is still to be told. It is posted once when there is something to tell, and runs until there is
/// nothing.
/// </summary>
internal sealed class Audience(Channel channel, IDispatcher dispatcher, Audience? following) : IWork
{
    // The last one is the first one's Previous.
    private Subscription? _first;

    // Not null means: posted, and not yet run to its end.
    private Telling? _telling;

    public Channel Channel { get; } = channel;

    public IDispatcher Dispatcher { get; } = dispatcher;

    /// <summary>The channel's next audience; under its lock.</summary>
    public Audience? Following { get; set; } = following;

    public bool IsEmpty => _first is null;

    /// <summary>The bytes of what is still to be told; under the channel's lock.</summary>
    public long UntoldBytes => _telling?.Bytes ?? 0;

    /// <summary>Adds something to be told to everybody here. Under the channel's lock, by any thread.</summary>
    public void Announce(Announcement announcement)
    {
        Dispatcher.Backlog.Add(announcement.Weight);
        if (_telling is not null)
        {
            _telling.Last = _telling.Last.Following = announcement;
            _telling.Bytes += announcement.Bytes;
            return;
        }

        _telling = new Telling(announcement);
        Dispatcher.Post(this);
    }

    /// <summary>
    /// Completes when all that was announced so far is told; null where the dispatcher's backlog is not full, or there
    /// is nothing to tell. Under the channel's lock.
    /// </summary>
    public Task? WhenTold()
    {
        if (_telling is null || !Dispatcher.Backlog.IsFull)
        {
            return null;
        }

        // Whoever waits goes on elsewhere than on the dispatcher, which has others to tell.
        _telling.Last.Told ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _telling.Last.Told.Task;
    }

    public void Add(Subscription subscription)
    {
        Debug.Assert(subscription.Audience is null, "a subscription sits in one audience, once");
        subscription.Audience = this;
        if (_first is null)
        {
            _first = subscription.Previous = subscription;
            return;
        }

        var last = _first.Previous!;
        last.Following = subscription;
        subscription.Previous = last;
        _first.Previous = subscription;
    }

    public void Remove(Subscription subscription)
    {
        Debug.Assert(subscription.Audience == this, "a subscription is removed from where it sits");
        if (_telling?.Cursor == subscription)
        {
            _telling.Cursor = subscription.Following;
        }

        if (subscription.Following is not null)
        {
            subscription.Following.Previous = subscription.Previous;
        }
        else if (subscription != _first)
        {
            _first!.Previous = subscription.Previous;
        }

        if (subscription == _first)
        {
            _first = subscription.Following;
        }
        else
        {
            subscription.Previous!.Following = subscription.Following;
        }

        subscription.Audience = null;
        subscription.Previous = subscription.Following = null;
    }

    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        // Taken once: when nothing is left, another thread may have it posted anew, and it must not lie in the queue
        // twice.
        var telling = _telling!;
        do
        {
            if (!telling.HasBegun)
            {
                telling.Begin(_first);
            }

            Tell(telling, ref budget);
            if (telling.Cursor is not null)
            {
                return false;
            }

            telling.Delivery?.End(Channel, telling.Current.Message!);
        }
        while (TryMoveToNext(telling));

        return true;
    }

    private void Tell(Telling telling, ref int budget)
    {
        var announcement = telling.Current;
        var before = budget;
        while (telling.Cursor is { } subscription && budget > 0)
        {
            // Moved on first: the subscriber may detach itself while it is told.
            telling.Cursor = subscription.Following;
            budget--;
            if (announcement.Message is not { } message)
            {
                TellOfNoMessage(subscription, announcement);
            }
            else if (message.Offset >= subscription.Next)
            {
                subscription.Next = message.Offset + 1;
                subscription.Deliver(message);
            }
        }

        telling.Delivery?.Told += before - budget;
    }

    private void TellOfNoMessage(Subscription subscription, Announcement announcement)
    {
        if (announcement.IsClearing(out var before))
        {
            subscription.Forget(before);
            return;
        }

        Channel.Detach(subscription);
        subscription.End(Channel, announcement.Ending);
    }

    // False when there is nothing left to tell.
    private bool TryMoveToNext(Telling telling)
    {
        var told = telling.Current;
        Announcement? next;
        lock (Channel.Lock)
        {
            next = told.Following;
            if (next is not null)
            {
                telling.Bytes -= told.Bytes;
                telling.MoveTo(next);
            }
            else
            {
                _telling = null;
            }
        }

        // It is the last one no more, so that nobody begins to wait for it.
        Dispatcher.Backlog.Add(-told.Weight);
        told.Told?.SetResult();
        return next is not null;
    }

    /// <summary>
    /// The list of what an audience is told, and how far it has got: a slice may end in the middle of the audience.
    /// </summary>
    private sealed class Telling(Announcement first)
    {
        public Announcement Current { get; private set; } = first;

        /// <summary>The end of the list; under the channel's lock.</summary>
        public Announcement Last { get; set; } = first;

        /// <summary>The memory of the list, from the current announcement on; under the channel's lock.</summary>
        public long Bytes { get; set; } = first.Bytes;

        /// <summary>The next subscriber to hear the current announcement; null when everybody has.</summary>
        public Subscription? Cursor { get; set; }

        public bool HasBegun { get; private set; }

        /// <summary>The trace of the current announcement; null in most cases.</summary>
        public MessageTracing.Delivery? Delivery { get; private set; }

        public void Begin(Subscription? first)
        {
            HasBegun = true;
            Cursor = first;
            Delivery = first is null ? null : MessageTracing.BeginDelivery(Current.Message);
        }

        public void MoveTo(Announcement next)
        {
            HasBegun = false;
            Current = next;
        }
    }
}
