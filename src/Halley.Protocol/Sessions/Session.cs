using Halley.Protocol.Answers;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Sessions;

/// <summary>
/// A connection that carries commands of its client, the replies to them in order, and the pushes of several
/// subscriptions. While it is idle it is this one object, with a place for each channel. It is the format of the answer
/// that is held for it, so that the answer needs no field for it. Belongs to the exchange's dispatcher.
/// </summary>
/// <remarks>
/// A command is handled as a request is: where it has to wait, it is postponed, and handled again from its beginning;
/// those behind it wait meanwhile. Commands and places stand in a file each.
/// </remarks>
internal abstract partial class Session : TransportFormat, IWebSocketReceiver, IPostponable
{
    private readonly IExchange _exchange;
    private readonly HeldAnswer _answer;

    protected Session(IExchange exchange)
    {
        _exchange = exchange;
        _answer = (HeldAnswer)exchange.Subscription;
    }

    /// <summary>The connection.</summary>
    public IExchange Exchange => _exchange;

    /// <inheritdoc/>
    public IDispatcher Dispatcher => _exchange.Dispatcher;

    /// <summary>Whether its answer is held still: nothing is written otherwise.</summary>
    public bool IsOpen => _answer.IsHeldFor(this);

    /// <inheritdoc/>
    public override bool IsShared => false;

    /// <inheritdoc/>
    public override IWebSocketReceiver Receiver => this;

    /// <summary>The limits on what it takes of its client.</summary>
    public abstract WebSocketOptions Options { get; }

    /// <summary>The form in which messages are told, the same for all sessions of a kind.</summary>
    protected abstract TransportFormat Form { get; }

    /// <summary>
    /// The id that commands which come with requests of their own call it by; null where they come over the connection.
    /// </summary>
    public virtual string? EmulationId => null;

    /// <summary>The tick at which it wants <see cref="OnDue"/>; null for never.</summary>
    internal abstract uint? Due { get; }

    /// <summary>The answer that is held for it.</summary>
    protected HeldAnswer Answer => _answer;

    /// <summary>The time of its dispatcher.</summary>
    protected Time.TickClock Clock => _answer.Clock;

    /// <summary>Whether one more message may be written; else its client is too slow, and is let go.</summary>
    protected bool HasRoom() => _answer.HasRoomFor(this);

    /// <summary>Does what is due: a ping, the end of a permission, or of patience.</summary>
    internal abstract void OnDue(uint now);

    /// <summary>Changes it, as the application wants.</summary>
    /// <param name="work">What waits where that has to.</param>
    internal abstract SessionChangeStatus Make(SessionChange change, IPostponable work);

    /// <summary>Ends it for a mistake of ours.</summary>
    internal void FailFor(Exception exception) => _answer.FailFor(exception);

    /// <summary>Has it called when it is due, where that has changed.</summary>
    protected void Reschedule() => _answer.Reschedule(this);

    /// <summary>Ends the answer for a reason that is no channel's.</summary>
    protected void End(CloseReason reason) => _answer.EndSession(this, reason);

    /// <summary>The connection has ended, or ends: the session has no places any more, and nothing waits.</summary>
    internal virtual void Leave()
    {
        DetachAll();
        _waiting = null;
    }

    /// <summary>Sessions write pushes by their forms.</summary>
    public sealed override void WriteMessage(
        ChannelIdentity channel, Message message, Http.Framing framing, ByteBuffer output) =>
        Form.WriteMessage(channel, message, framing, output);
}
