using System.Net;
using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Nodes.Forwarding;

/// <summary>A request that came from another node and has been let in there: it can be answered, and not be held.</summary>
internal abstract class AnswerOnlyExchange(IDispatcher dispatcher) : IExchange
{
    private static readonly ResponseHead NotHeld = new("502 Bad Gateway", ["Content-Type: text/plain; charset=utf-8"]);

    private bool _isAnswered;

    /// <inheritdoc/>
    public IDispatcher Dispatcher { get; } = dispatcher;

    /// <inheritdoc/>
    public Subscription Subscription { get; } = new NoPlace();

    /// <inheritdoc/>
    public IEnumerable<Channel> Channels => [];

    /// <inheritdoc/>
    public IPAddress RemoteAddress => IPAddress.None;

    /// <inheritdoc/>
    public TrustedProxies TrustedProxies => TrustedProxies.None;

    /// <inheritdoc/>
    public bool IsAdmitted { get => true; set => _ = value; }

    /// <inheritdoc/>
    public Postponement? Postponed => null;

    /// <inheritdoc/>
    public Subscription AddSubscription() => new NoPlace();

    /// <inheritdoc/>
    public void Reply(ResponseHead head, ReadOnlySpan<byte> body)
    {
        if (!_isAnswered)
        {
            _isAnswered = true;
            Answer(head, body);
        }
    }

    /// <inheritdoc/>
    public ByteBuffer Start(ResponseHead head, out Framing framing)
    {
        framing = default;
        Refuse();
        return new ByteBuffer();
    }

    /// <inheritdoc/>
    public ByteBuffer Upgrade(ResponseHead head, in Handshake handshake, out Framing framing) => Start(head, out framing);

    /// <inheritdoc/>
    public ByteBuffer Add(out Framing framing)
    {
        framing = default;
        return new ByteBuffer();
    }

    /// <inheritdoc/>
    public void End(CloseCode code = CloseCode.None, ReadOnlySpan<byte> reason = default)
    {
    }

    /// <inheritdoc/>
    public void Hold(TransportFormat format, int heartbeat) => Subscription.Detach();

    /// <inheritdoc/>
    public void Wait(TransportFormat format)
    {
        Subscription.Detach();
        Refuse();
    }

    /// <inheritdoc/>
    public Postponement Postpone()
    {
        Refuse();
        return new Never();
    }

    /// <summary>The answer, once. On the dispatcher.</summary>
    protected abstract void Answer(ResponseHead head, ReadOnlySpan<byte> body);

    private void Refuse() => Reply(NotHeld, "an answer that lasts is not passed on from node to node\n"u8);

    private sealed class Never : Postponement
    {
        protected override void Resume()
        {
        }
    }

    private sealed class NoPlace : Subscription
    {
        protected override void Deliver(Message message)
        {
        }

        protected override void End(Channel channel, in Ending ending)
        {
        }

        protected override void OnDue(uint now)
        {
        }
    }
}
