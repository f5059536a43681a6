using System.Net;
using System.Text;
using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Testing.Doubles;

/// <summary>
/// A host without a socket: remembers how a request was answered and writes what a held answer is told, as a connection would. Throws where a
/// handler answers twice.
/// </summary>
public sealed class RecordingExchange(IDispatcher dispatcher) : Subscription, IExchange
{
    private readonly EncodedMessages _encoded = new();
    private readonly ByteBuffer _body = new();
    private readonly List<Further> _further = [];
    private TransportFormat? _format;

    public IDispatcher Dispatcher { get; } = dispatcher;

    public Subscription Subscription => this;

    public IPAddress RemoteAddress { get; init; } = IPAddress.Loopback;

    public TrustedProxies TrustedProxies { get; init; } = TrustedProxies.None;

    public bool IsAdmitted { get; set; }

    /// <summary>HTTP/1.1 writes chunks; here it is not spoken unless a test wants it, so that bodies are easy to read. A WebSocket's after an upgrade.</summary>
    public Framing Framing { get; set; }

    /// <summary>The answer's head; null while there is no answer.</summary>
    public ResponseHead? Head { get; private set; }

    public string Status => Latin1(Head!.Status).TrimEnd();

    /// <summary>The fields that the handler chose, each with its line end; a bar shows where the host adds its own.</summary>
    public string Fields => Latin1(Head!.Fields) + "|\r\n" + Latin1(Head.LastFields);

    /// <summary>What was written so far.</summary>
    public string Body => Encoding.UTF8.GetString(_body.Written);

    public byte[] BodyBytes => _body.Written.ToArray();

    /// <summary>Whether the answer is complete.</summary>
    public bool IsEnded { get; private set; }

    public bool IsHeld => _format is not null && !IsEnded;

    public int Heartbeat { get; private set; }

    public TimeSpan? HeartbeatInterval => _format?.HeartbeatInterval;

    /// <summary>What the request waits for; null where it was not postponed.</summary>
    public Postponement? Postponed { get; private set; }

    /// <summary>How often what it waited for was answered, so that its handler would have been called again.</summary>
    public int TimesAnswered { get; private set; }

    /// <summary>Has its handler called again, where the test stands in for the host in that too.</summary>
    public Action? HandleAgain { get; set; }

    /// <summary>How to give up what the answer waits for, and whether its client's ending does; null while it waits for nothing.</summary>
    public (Action GiveUp, bool EndsWithClient)? Awaited { get; private set; }

    public void Await(Action? giveUp, bool endsWithClient) => Awaited = giveUp is null ? null : (giveUp, endsWithClient);

    public Postponement Postpone() => Postponed ??= new Waiting(this);

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

    /// <summary>A handshake is accepted without its answer being written: the body holds frames alone, none compressed.</summary>
    public ByteBuffer Upgrade(ResponseHead head, in Handshake handshake, out Framing framing)
    {
        Begin(head);
        framing = Framing = Framing.WebSocket;
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

    /// <summary>The client of a WebSocket says something, which is heard as far as the receiver's options let it.</summary>
    public void Say(string text)
    {
        ThrowUnlessOpen();
        var receiver = _format!.Receiver;
        var rules = new FrameRules(receiver.Options, int.MaxValue, IsDeflateAgreed: false);
        var heard = new MessageReader(new ByteBuffer(), new ByteBuffer()).Read(RawWebSocket.Frame(RawWebSocket.TextFrame, text), rules, out _);
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
        HoldAttached(format);
        Heartbeat = heartbeat;
    }

    public void Wait(TransportFormat format)
    {
        if (Head is not null)
        {
            throw new InvalidOperationException("Who waits has not begun its answer.");
        }

        HoldAttached(format);
    }

    public IEnumerable<Channel> Channels => ((IEnumerable<Subscription>)[this, .. _further]).Select(place => place.Channel).OfType<Channel>();

    public Subscription AddSubscription()
    {
        var further = new Further(this);
        _further.Add(further);
        return further;
    }

    /// <summary>The answer was held as long as it may be, or the node stops.</summary>
    public void Expire(CloseReason reason = CloseReason.Expired)
    {
        EndWith([], new Ending(reason, default), isLast: true);
    }

    /// <summary>The client was silent for the heartbeat's interval.</summary>
    public void Beat()
    {
        _format!.WriteHeartbeat(Channel is { } channel ? channel.Identity : default, Next, Heartbeat++, Framing, _body);
        if (_format.EndsWithMessage)
        {
            Framing.EndAll(_body);
            Disconnect();
        }
    }

    /// <summary>The client closes the connection.</summary>
    public void Disconnect()
    {
        Detach();
        _further.ForEach(further => further.Detach());
        IsEnded = true;
    }

    protected override bool IsOneOfSeveral => Channels.Any();

    protected override void Deliver(Message message) => Deliver(Channel!, message);

    protected override void End(Channel channel, in Ending ending) => OnChannelEnded(channel, ending);

    protected override void OnDue(uint now)
    {
    }

    private void Deliver(Channel channel, Message message)
    {
        Head ??= _format!.HeadFor(message);
        ThrowUnlessOpen();
        _body.Write(_encoded.Get(message, channel.Identity, _format!, Framing));
        if (_format!.EndsWithMessage)
        {
            Disconnect();
        }
    }

    private void OnChannelEnded(Channel channel, in Ending ending) =>
        EndWith(channel.Name, ending, (Channel is null && _further.TrueForAll(further => further.Channel is null)) || _format!.EndsWithMessage);

    private void EndWith(ReadOnlySpan<byte> channel, in Ending ending, bool isLast)
    {
        var owesHead = Head is null;
        Head ??= _format!.HeadFor(ending);
        ThrowUnlessOpen();
        _format!.WriteEnd(channel, ending, isLast, Framing, _body);
        if (!isLast)
        {
            return;
        }

        if ((Framing.IsWebSocket || _format.IsWholeAfter(ending.Reason)) && !(owesHead && _body.Length == 0))
        {
            Framing.EndAll(_body, _format.CloseCodeFor(ending.Reason));
        }

        Disconnect();
    }

    private void HoldAttached(TransportFormat format)
    {
        if (Channel is null)
        {
            throw new InvalidOperationException("What is held is attached to a channel.");
        }

        _format = format;
    }

    private void Begin(ResponseHead head)
    {
        if (Head is not null)
        {
            throw new InvalidOperationException("A request is answered once.");
        }

        Head = head;
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

    /// <summary>A place in a further channel, whose messages go into the same answer.</summary>
    private sealed class Further(RecordingExchange exchange) : Subscription
    {
        protected override bool IsOneOfSeveral => exchange.Channels.Any();

        protected override void Deliver(Message message) => exchange.Deliver(Channel!, message);

        protected override void End(Channel channel, in Ending ending) => exchange.OnChannelEnded(channel, ending);

        protected override void OnDue(uint now)
        {
        }
    }

    private static string Latin1(ReadOnlyMemory<byte> bytes) => Encoding.Latin1.GetString(bytes.Span);
}
