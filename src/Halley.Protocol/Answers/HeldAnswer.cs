using Halley.Channels;
using Halley.Protocol.Explaining;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Time;

namespace Halley.Protocol.Answers;

/// <summary>
/// An answer that is held for a subscriber: which bytes a message, a silence and an end become, and when. It knows
/// channels, formats and ticks, but no socket. A host's connection derives from it, so that a parked connection is one
/// object. Belongs to one dispatcher.
/// </summary>
/// <remarks>Its time and its heartbeats, and who it is for, stand in a file each.</remarks>
public abstract partial class HeldAnswer : Subscription
{
    private TransportFormat? _format;
    private int _heartbeat;
    private uint _lastSent;
    private uint _endsAt;
    private Traits _traits;

    [Flags]
    private enum Traits : byte
    {
        OwesHead = 1,
        HasFurther = 2,
        Compresses = 4,
        HasClient = 8,
        IsTraced = 16,
        IsLagging = 32,
    }

    /// <summary>Whether it has a place in any channel.</summary>
    public bool IsAttached => Channel is not null || IsAttachedFurther;

    /// <summary>The channels that it is attached to.</summary>
    public IEnumerable<Channel> Channels => Session is { } session
        ? session.Channels
        : Places.Select(place => place.Channel).OfType<Channel>();

    /// <summary>Its places in channels, also those that are attached to none any more. On its dispatcher.</summary>
    protected IEnumerable<Subscription> Places => Session is { } session ? session.Places.ToArray()
        : HasFurther ? [this, .. Shared.Further.Of(this)]
        : [this];

    /// <inheritdoc/>
    protected override bool IsOneOfSeveral => IsAttachedFurther;

    /// <summary>The objects that the held answers of its dispatcher share.</summary>
    protected abstract HeldAnswers Shared { get; }

    /// <summary>Its format; null while nothing is held.</summary>
    protected TransportFormat? Format => _format;

    protected bool IsHeld => _format is not null;

    /// <summary>The kind of answer; only while it is held.</summary>
    protected TransportKind Transport =>
        Framing.IsWebSocket ? TransportKind.WebSocket : _format?.Kind ?? TransportKind.Streaming;

    /// <summary>Whether its head is written with the first thing there is to tell.</summary>
    protected bool OwesHead => (_traits & Traits.OwesHead) != 0;

    /// <summary>Whether the client may have several channels in this answer.</summary>
    protected bool HasFurther => (_traits & Traits.HasFurther) != 0;

    /// <summary>The framing of pieces for this client alone.</summary>
    protected abstract Framing Framing { get; }

    /// <summary>Whether pieces that many clients share are compressed, where they are a WebSocket's messages.</summary>
    protected bool Compresses
    {
        get => (_traits & Traits.Compresses) != 0;
        set => _traits = value ? _traits | Traits.Compresses : _traits & ~Traits.Compresses;
    }

    /// <summary>The buffer for this client's own bytes.</summary>
    protected abstract ByteBuffer Output { get; }

    /// <summary>Whether the client has not taken as much as it may leave unread.</summary>
    protected abstract bool IsBackedUp { get; }

    /// <summary>The bytes that the client may leave unread.</summary>
    protected abstract long MaxUntaken { get; }

    /// <summary>
    /// The earliest tick at which the host wants <see cref="Halley.Time.TimerNode.OnDue"/> for a reason of its own;
    /// null for none.
    /// </summary>
    protected virtual uint? HostDue => null;

    private bool IsAttachedFurther => HasFurther && Shared.Further.IsAttached(this);

    /// <summary>Adds a place for one more channel; see <see cref="IExchange.AddSubscription"/>.</summary>
    public Subscription AddSubscription()
    {
        _traits |= Traits.HasFurther;
        return Shared.Further.Add(this);
    }

    /// <summary>Begins to hold.</summary>
    /// <param name="heartbeat">The number of the first heartbeat.</param>
    /// <param name="owesHead">Whether the head has not been written; see <see cref="IExchange.Wait"/>.</param>
    protected void BeginHolding(TransportFormat format, int heartbeat, bool owesHead)
    {
        var clock = Shared.Clock;
        _format = format;
        Shared.CountHeld(Transport, 1);
        _heartbeat = heartbeat;
        _lastSent = clock.Now;
        _traits = owesHead ? _traits | Traits.OwesHead : _traits & ~Traits.OwesHead;

        // A tick more, since this one may be nearly over: never 0, which means without end.
        _endsAt = format.TimeToLive is { } life ? Math.Max(1, clock.After(life) + 1) : 0;
        if (Client is { } client)
        {
            var end = Math.Max(1, clock.After(client.Remaining + PermissionSlack));
            _endsAt = _endsAt == 0 || TickClock.IsPast(_endsAt, end) ? end : _endsAt;
            client.Begin(this, [.. Channels.Select(channel => channel.Name.ToArray())]);
        }

        ScheduleNext();
    }

    /// <summary>Stops holding, and detaches it from all its channels.</summary>
    protected void StopHolding()
    {
        DetachAll();
        if (IsHeld)
        {
            Shared.CountHeld(Transport, -1);
            _format = null;
        }
    }

    /// <summary>Detaches it from all its channels, and forgets who was let in.</summary>
    protected void DetachAll()
    {
        Detach();
        StopLagging();
        Session?.Leave();
        ForgetClient();
        if (HasFurther)
        {
            Shared.Further.Detach(this);
            _traits &= ~Traits.HasFurther;
        }
    }

    /// <inheritdoc/>
    protected override void Deliver(Message message) => Deliver(Channel!, message);

    /// <summary>Takes a message of one of its channels.</summary>
    internal void Deliver(Channel channel, Message message)
    {
        if ((_traits & (Traits.HasFurther | Traits.IsLagging)) == 0)
        {
            Write(channel, message);
        }
        else if (HasFurther)
        {
            Shared.Further.DeliverLater(this, channel, message);
        }
        else
        {
            DeliverBehind(channel, message);
        }
    }

    /// <summary>Writes a message of one of its channels.</summary>
    internal void Write(Channel channel, Message message)
    {
        try
        {
            var trace = Trace;
            if (_format is { } format && (!IsBackedUp || (!TrySkip(channel, message) && HasRoom())))
            {
                trace?.Note(TraceWords.Delivered, TextOf(channel, message));
                var shared = Shared;
                shared.CountDelivered();
                _lastSent = shared.Clock.Now;
                if (OwesHead)
                {
                    BeginOwed(format.HeadFor(message));
                }

                if (format.IsShared)
                {
                    Append(
                        shared.Encoded.Get(message, channel.Identity, format, Compresses ? Framing.Deflated : Framing));
                }
                else
                {
                    WriteOwn(format, channel, message);
                }

                if (format.EndsWithMessage)
                {
                    Finish(isWhole: true);
                }
            }
            else
            {
                trace?.Note(TraceWords.Dropped, TextOf(channel, message));
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void WriteOwn(TransportFormat format, Channel channel, Message message)
    {
        var output = Output;
        format.WriteMessage(channel.Identity, message, Framing, output);
        if (format.EndsWithMessage)
        {
            Framing.EndAll(output, format.CloseCodeFor(CloseReason.Done));
        }
    }

    /// <inheritdoc/>
    protected override void End(Channel channel, in Ending ending) => OnChannelEnded(channel, ending);

    /// <summary>Writes that one of its channels has ended; it is attached to that one no more.</summary>
    internal void OnChannelEnded(Channel channel, in Ending ending)
    {
        // What was published before comes before.
        Shared.DeliverInOrder();
        try
        {
            if (_format is { } format && TryTellRest(format, channel, ending))
            {
                _lastSent = Shared.Clock.Now;
                End(format, channel.Name, ending, isLast: !IsAttached || format.EndsWithMessage);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <summary>Ends it for a reason that is no channel's.</summary>
    protected void EndHeld(CloseReason reason) => End(_format!, [], new Ending(reason, default), isLast: true);

    /// <summary>Whether the client can tell an end for this reason from a cut.</summary>
    // The close frame of a WebSocket has a code, where another transport is just cut off.
    protected bool EndsWhole(CloseReason reason) => Framing.IsWebSocket || _format!.IsWholeAfter(reason);

    private void End(TransportFormat format, ReadOnlySpan<byte> channel, in Ending ending, bool isLast)
    {
        Trace?.Note(TraceWords.Ended, $"Its answer ends: {TraceWords.Of(ending.Reason)}.");
        if (OwesHead)
        {
            AnswerOwed(format, channel, ending);
            return;
        }

        var output = Output;
        format.WriteEnd(channel, ending, isLast, Framing, output);
        if (!isLast)
        {
            return;
        }

        var isWhole = EndsWhole(ending.Reason);
        if (isWhole)
        {
            var code = format.CloseCodeFor(ending.Reason);
            Framing.EndAll(output, code, format.SentenceFor(ending.Reason));
        }

        Finish(isWhole);
    }

    // Whether there is a body, and so what the head says of it, shows only when the body is written.
    private void AnswerOwed(TransportFormat format, ReadOnlySpan<byte> channel, in Ending ending)
    {
        var body = new ByteBuffer();
        var head = format.HeadFor(ending);
        format.WriteEnd(channel, ending, isLast: true, Framing, body);
        if (body.Length == 0)
        {
            ReplyEmpty(head);
            return;
        }

        BeginOwed(head);
        var output = Output;
        output.Write(body.Written);
        Framing.EndAll(output);
        Finish(isWhole: true);
    }

    private void BeginOwed(ResponseHead head)
    {
        _traits &= ~Traits.OwesHead;
        Begin(head);
    }

    /// <summary>
    /// Whether there is room for one more message: one more than the limit is let through, so that a message larger
    /// than the limit can be delivered at all. Where there is not, the client is too slow, and the answer is ended.
    /// </summary>
    protected bool HasRoom()
    {
        if (!IsBackedUp)
        {
            return true;
        }

        EndTooSlow();
        return false;
    }

    /// <summary>Cuts the answer off, since its client is too slow.</summary>
    protected abstract void EndTooSlow();

    /// <summary>Appends bytes that other answers share; nobody may write to them any more.</summary>
    protected abstract void Append(byte[] shared);

    /// <summary>Writes the head that was owed.</summary>
    protected abstract void Begin(ResponseHead head);

    /// <summary>Answers with the head that was owed, and no body.</summary>
    protected abstract void ReplyEmpty(ResponseHead head);

    /// <summary>Ends the answer, all of which is written. The host calls <see cref="StopHolding"/>.</summary>
    /// <param name="isWhole">Otherwise it is cut off, with the connection.</param>
    protected abstract void Finish(bool isWhole);

    /// <summary>Ends the answer where the host's own tick has come; see <see cref="HostDue"/>.</summary>
    /// <returns>Whether that was the end.</returns>
    protected virtual bool EndsForHost(uint now) => false;

    /// <summary>Ends the connection, which a bug of ours has broken. No other connection notices.</summary>
    protected abstract void Fail(Exception exception);
}
