using System.Net;
using System.Runtime.ExceptionServices;
using System.Text;
using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Answers;
using Halley.Protocol.Clients;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;
using Halley.Time;

namespace Halley.Testing.Doubles;

/// <summary>
/// A host without a socket: remembers how a request was answered, and writes into memory what its answer is held for.
/// Throws where a handler answers twice.
/// </summary>
/// <param name="time">What its timers go by; null for the system's.</param>
public sealed class RecordingExchange(IDispatcher dispatcher, TimeProvider? time = null) : HeldAnswer, IExchange
{
    private readonly HeldAnswers _answers =
        new(new TickClock(TimeSpan.FromSeconds(1), slots: 1, time ?? TimeProvider.System));
    private readonly ByteBuffer _body = new();
    private Framing _framing;
    private ResponseHead? _head;
    private bool _isEnded;
    private int _taken;

    public IDispatcher Dispatcher { get; } = dispatcher;

    public Subscription Subscription => this;

    public IPAddress RemoteAddress { get; init; } = IPAddress.Loopback;

    public TrustedProxies TrustedProxies { get; init; } = TrustedProxies.None;

    public bool IsAdmitted { get; set; }

    /// <summary>The answer's head; null while there is no answer.</summary>
    public ResponseHead? Head => Settled(ref _head);

    public string Status => Latin1(Head!.Status).TrimEnd();

    /// <summary>
    /// The fields that the handler chose, each with its line end; a bar shows where the host adds its own.
    /// </summary>
    public string Fields => Latin1(Head!.Fields) + "|\r\n" + Latin1(Head.LastFields);

    /// <summary>The refusals that were noted for the operator, each with its status.</summary>
    public List<string> Refusals { get; } = [];

    /// <summary>
    /// Whether its client takes nothing but by <see cref="Take"/>: else it has taken everything whenever one looks.
    /// </summary>
    public bool TakesSlowly { get; init; }

    /// <summary>The bytes that a slow client may let wait.</summary>
    public int MaxQueued { get; init; } = int.MaxValue;

    /// <summary>Whether it was cut off, since its client was too slow.</summary>
    public bool WasTooSlow { get; private set; }

    /// <summary>The bytes that wait for a slow client.</summary>
    public int Untaken => _body.Length - _taken;

    /// <summary>Whether it is behind its channel.</summary>
    public bool IsBehind => IsLagging;

    /// <summary>The offset that it is to be told next.</summary>
    public long NextTold => NextOf(this);

    /// <summary>A slow client takes all that waits for it, and its answer goes on.</summary>
    public string Take()
    {
        _answers.DeliverInOrder();
        var taken = Encoding.UTF8.GetString(_body.Written[_taken..]);
        _taken = _body.Length;
        CatchUp();
        return taken;
    }

    /// <summary>What was written so far.</summary>
    public string Body => Encoding.UTF8.GetString(BodyBytes);

    public byte[] BodyBytes
    {
        get
        {
            Settle();
            return _body.Written.ToArray();
        }
    }

    /// <summary>Whether the answer is complete.</summary>
    public bool IsEnded => Settled(ref _isEnded);

    public new bool IsHeld => !IsEnded && base.IsHeld;

    /// <summary>
    /// Whether chunks are written, as HTTP/1.1 has it: not unless a test wants them, so that bodies are easy to read.
    /// </summary>
    public bool IsChunked
    {
        init => _framing = value ? Framing.Chunked : Framing.None;
    }

    /// <summary>The number of the first heartbeat.</summary>
    public int Heartbeat { get; private set; }

    public TimeSpan? HeartbeatInterval => Format?.HeartbeatInterval;

    /// <summary>The kind of answer that is held; null while none is.</summary>
    public TransportKind? HeldKind => Format is null ? null : Transport;

    /// <summary>What the request waits for; null where it was not postponed.</summary>
    public Postponement? Postponed { get; private set; }

    /// <summary>How often what it waited for was answered, so that its handler would have been called again.</summary>
    public int TimesAnswered { get; private set; }

    /// <summary>Has its handler called again, where the test stands in for the host in that too.</summary>
    public Action? HandleAgain { get; set; }

    /// <summary>
    /// How to give up what the answer waits for, and whether its client's ending does; null while it waits for nothing.
    /// </summary>
    public (Action GiveUp, bool EndsWithClient)? Awaited { get; private set; }

    public void Await(Action? giveUp, bool endsWithClient) =>
        Awaited = giveUp is null ? null : (giveUp, endsWithClient);

    public void NoteRefusal(ReadOnlySpan<byte> status, ReadOnlySpan<byte> reason) =>
        Refusals.Add($"{Encoding.ASCII.GetString(status)} {Encoding.UTF8.GetString(reason)}");

    public Postponement Postpone()
    {
        Postponed ??= new Waiting(this);
        DetachAll(Postponed);
        return Postponed;
    }

    public void Reply(ResponseHead head, ReadOnlySpan<byte> body)
    {
        Begin(head);
        _body.Write(body);
        Disconnect();
    }

    public ByteBuffer Start(ResponseHead head, out Framing framing)
    {
        Begin(head);
        framing = Framing;
        return _body;
    }

    /// <summary>
    /// A handshake is accepted without its answer being written: the body holds frames alone, none compressed.
    /// </summary>
    public ByteBuffer Upgrade(ResponseHead head, in Handshake handshake, out Framing framing)
    {
        Begin(head);
        framing = _framing = Framing.WebSocket;
        return _body;
    }

    public ByteBuffer Add(out Framing framing)
    {
        ThrowUnlessOpen();
        framing = Framing;
        return _body;
    }

    public void End(CloseCode code = CloseCode.None, ReadOnlySpan<byte> reason = default)
    {
        ThrowUnlessOpen();
        Framing.EndAll(_body, code, reason);
        Disconnect();
    }

    /// <summary>
    /// The client of a WebSocket says something, which is heard as far as the receiver's options let it.
    /// </summary>
    public void Say(string text)
    {
        ThrowUnlessOpen();
        var receiver = Format!.Receiver;
        var rules = new FrameRules(receiver.Options, int.MaxValue, IsDeflateAgreed: false);
        var heard = new MessageReader(new ByteBuffer(), new ByteBuffer()).Read(
            RawWebSocket.Frame(RawWebSocket.TextFrame, text), rules, out _);
        if (heard.Kind == IncomingKind.Fault)
        {
            End(heard.Code, heard.Content);
        }
        else if (heard.Kind == IncomingKind.Text)
        {
            receiver.OnText(heard.Content, this);
        }
    }

    public void Hold(TransportFormat format, int heartbeat)
    {
        ThrowUnlessOpen();
        Heartbeat = heartbeat;
        HoldAttached(format, owesHead: false);
    }

    public void Wait(TransportFormat format)
    {
        if (_head is not null)
        {
            throw new InvalidOperationException("Who waits has not begun its answer.");
        }

        HoldAttached(format, owesHead: true);
    }

    /// <summary>The answer was held as long as it may be, or the node stops.</summary>
    public void Expire(CloseReason reason = CloseReason.Expired) => EndHeld(reason);

    /// <summary>The node drains, and the subscriber is to come back.</summary>
    /// <returns>False where it is held still, since something published is not told.</returns>
    public bool TryReturn(TimeSpan after) => TryEndToReturn(after, atOnce: false);

    /// <summary>The client was silent for the heartbeat's interval.</summary>
    public void Beat() => SendHeartbeat();

    /// <summary>Time has passed: what is due is done.</summary>
    public void PassTime()
    {
        _answers.Clock.Update();
        _answers.Clock.Timers.AdvanceTo(_answers.Clock.Now);
    }

    /// <summary>The client closes the connection.</summary>
    public void Disconnect()
    {
        StopHolding();
        _isEnded = true;
    }

    public override ConnectionPlace Place => default;

    protected override string PeerName => "";

    protected override string ListenerName => "";

    protected override ConnectionTraffic Traffic => default;

    protected override HeldAnswers Shared => _answers;

    protected override Framing Framing => _framing;

    protected override ByteBuffer Output => _body;

    protected override bool IsBackedUp => TakesSlowly && Untaken > MaxQueued;

    protected override long MaxUntaken => MaxQueued;

    protected override void EndTooSlow()
    {
        WasTooSlow = true;
        Disconnect();
    }

    protected override void Append(byte[] shared) => _body.Write(shared);

    protected override void Begin(ResponseHead head)
    {
        if (_head is not null)
        {
            throw new InvalidOperationException("A request is answered once.");
        }

        _head = head;
    }

    protected override void ReplyEmpty(ResponseHead head) => Reply(head, default);

    protected override void EndWebSocket(CloseCode code, ReadOnlySpan<byte> reason) => End(code, reason);

    protected override void Finish(bool isWhole) => Disconnect();

    protected override void Fail(Exception exception) => ExceptionDispatchInfo.Throw(exception);

    protected override void OnDue(uint now) => OnHeldDue(now);

    // As its dispatcher would have settled it, after all that was posted.
    private T Settled<T>(ref readonly T field)
    {
        Settle();
        return field;
    }

    private void Settle()
    {
        _answers.DeliverInOrder();
        while (IsLagging && !TakesSlowly)
        {
            CatchUp();
        }
    }

    private void HoldAttached(TransportFormat format, bool owesHead)
    {
        BeginHolding(format, Heartbeat, owesHead);
        if (Channel is null && !HoldsSession)
        {
            throw new InvalidOperationException("What is held is attached to a channel.");
        }
    }

    private void ThrowUnlessOpen()
    {
        if (Head is null || IsEnded)
        {
            throw new InvalidOperationException("There is no answer that was begun and has not ended.");
        }
    }

    private sealed class Waiting(RecordingExchange exchange) : Postponement
    {
        protected override void Resume()
        {
            exchange.TimesAnswered++;
            exchange.HandleAgain?.Invoke();
        }
    }

    private static string Latin1(ReadOnlyMemory<byte> bytes) => Encoding.Latin1.GetString(bytes.Span);
}
