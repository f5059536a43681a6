using System.Threading.Channels;
using Halley.Broker;
using Halley.Channels;
using Channel = Halley.Channels.Channel;

namespace Halley.AspNetCore.Hosting;

/// <summary>
/// A subscriber in the application: what it is told waits in a queue that its reader empties. Where the queue is full
/// the subscriber is detached, so that a slow reader costs no memory; what it misses is read when it comes back.
/// </summary>
/// <param name="place">The offset that it wants next; null for what is published from now on.</param>
internal sealed class LocalSubscriber(byte[] name, StreamPosition? place, HalleyHost host)
    : Subscription, IPostponable, IAsyncDisposable
{
    private const int MaxWaiting = 1024;

    private readonly Channel<HalleyItem> _items = System.Threading.Channels.Channel.CreateBounded<HalleyItem>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, SingleWriter = true });

    private readonly Loop _loop = host.NextLoop();
    private readonly Queue<HalleyItem> _first = [];
    private Waiting? _waiting;
    private bool _isLeft;
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// The position of the stream when this was attached: what it hears begins there. After it has begun.
    /// </summary>
    public StreamPosition Began { get; private set; }

    /// <inheritdoc/>
    public IDispatcher Dispatcher => _loop;

    /// <inheritdoc/>
    public Postponement? Postponed => _waiting;

    /// <inheritdoc/>
    public Postponement Postpone() => _waiting ??= new Waiting(this);

    public void Begin() => _loop.Post(new Call(Attach));

    /// <summary>Reads what it is told, until its reader is too far behind.</summary>
    public async IAsyncEnumerable<HalleyItem> ReadAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await _begun.Task.WaitAsync(cancellation).ConfigureAwait(false);
        while (_first.TryDequeue(out var item))
        {
            yield return item;
        }

        await foreach (var item in _items.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            yield return item;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _loop.Post(new Call(() =>
        {
            _isLeft = true;
            Detach();
        }));
        return default;
    }

    /// <inheritdoc/>
    protected override void Deliver(Message message)
    {
        var channel = Channel!;
        if (!_items.Writer.TryWrite(ItemOf(message, channel.Epoch)))
        {
            Detach();
            _items.Writer.TryComplete();
        }
    }

    /// <inheritdoc/>
    protected override void End(Channel channel, in Ending ending) => _items.Writer.TryComplete();

    /// <inheritdoc/>
    protected override void OnDue(uint now)
    {
    }

    private void Attach()
    {
        try
        {
            if (!_isLeft)
            {
                AttachOrWait();
            }
        }
        catch (BrokerException away)
        {
            _begun.TrySetException(new HalleyException(away.Message, away));
        }
    }

    private void AttachOrWait()
    {
        var asked = place ?? new StreamPosition(0, 0);
        var result = host.Hub.Attach(
            name, this, new AttachOptions { Replay = place is null ? Replay.Nothing : Replay.Resume(asked) }, this);
        if (result.Status == AttachStatus.Pending)
        {
            return;
        }

        if (result.Status != AttachStatus.Attached)
        {
            _begun.TrySetException(new HalleyException(result.Status == AttachStatus.TooManySubscribers
                ? "The channel has as many subscribers as it may have."
                : "There are as many channels as HalleyOptions.MaxChannels allows."));
            return;
        }

        Began = result.Position;
        if (place is not null)
        {
            foreach (var step in Resumption.Steps(asked, result))
            {
                if (step.Message is { } message)
                {
                    _first.Enqueue(ItemOf(message, result.Position.Epoch));
                }
                else if (step.Notice.Kind != PositionNoticeKind.Exact)
                {
                    _first.Enqueue(ItemOf(step.Notice, result.Position.Epoch));
                }
            }
        }

        _begun.TrySetResult();
    }

    private static HalleyItem ItemOf(Message message, long epoch) =>
        new(HalleyItemKind.Message, new HalleyPosition(epoch, message.Offset), message.SharedPayload, 0);

    private static HalleyItem ItemOf(PositionNotice notice, long epoch) => new(
        notice.Kind == PositionNoticeKind.Gap ? HalleyItemKind.Gap : HalleyItemKind.Reset,
        new HalleyPosition(epoch, notice.Next - 1),
        default,
        notice.Kind == PositionNoticeKind.Gap ? notice.To - notice.From + 1 : 0);

    private sealed class Waiting(LocalSubscriber subscriber) : Postponement
    {
        protected override void Resume() => subscriber._loop.Post(new Call(subscriber.Attach));
    }
}
