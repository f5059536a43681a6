using System.Net;
using System.Text;
using Halley.Load.Native;
using Halley.Load.Reports;
using Halley.Load.Wire;

namespace Halley.Load.Clients;

/// <summary>
/// The held subscriptions of one process, on one thread. What a subscriber is lies in arrays, about 60 bytes: the
/// clients should cost as little as they can beside the server.
/// </summary>
internal sealed partial class Swarm : IReader, IDisposable
{
    /// <summary>
    /// Connections from one source address. One address has some 28,000 ports towards one server, some still in
    /// TIME_WAIT.
    /// </summary>
    private const int PerSource = 8_000;

    /// <summary>
    /// Text without a message in it, kept in case its message comes in the next piece: longer than any envelope's
    /// beginning.
    /// </summary>
    private const int EnvelopeLimit = 1024;

    /// <summary>
    /// The longest text that may stand between a message and the end of its piece, and begins no other: <c>"}</c>,
    /// <c>"]</c>, <c>});</c>.
    /// </summary>
    private const int TrailerLimit = 16;

    /// <summary>Without any answer for so long, nothing more is expected of the server.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly Poller _poller;
    private readonly SubscriptionPlan _plan;
    private readonly UrlTemplate _url;
    private readonly SubscribeRequest _request;
    private readonly SocketProtocol _protocol;
    private readonly Payload _payload;
    private readonly Slot[] _slots;
    private readonly Positions _positions;
    private readonly Leftover?[] _leftovers;
    private readonly byte[] _buffer = new byte[1 << 18];
    private readonly byte[] _refusal;
    private int[] _indexOf = new int[1024];
    private byte[] _text = new byte[1 << 18];
    private int _textLength;
    private long _nextBeat;

    public Swarm(Poller poller, SubscriptionPlan plan)
    {
        (_poller, _plan) = (poller, plan);
        _url = UrlTemplate.Parse("--subscribe", plan.Subscribe);
        _request = new SubscribeRequest(plan, _url);
        _protocol = SocketProtocol.For(plan.Transport);
        _payload = new Payload(plan.PayloadSize, plan.Run);
        _refusal = Encoding.UTF8.GetBytes(plan.Refusal);
        _slots = new Slot[plan.Count];
        _positions = new Positions(plan.Count, plan.Transport);
        _leftovers = new Leftover?[plan.Count];
        Check = new DeliveryCheck(plan.Count);
    }

    public DeliveryCheck Check { get; }

    /// <summary>
    /// From the publishing until it was read here: this thread's work on the subscribers before is inside.
    /// </summary>
    public Latencies Latencies { get; } = new();

    /// <summary>The number of connections that have ever been opened.</summary>
    public int Count { get; private set; }

    /// <summary>The number of connections that are connected.</summary>
    public int Connected { get; private set; }

    /// <summary>The number of connections that have been answered and wait for a message.</summary>
    public int Held { get; private set; }

    /// <summary>Called with the subscriber's index for each message it had not had.</summary>
    public Action<int>? Delivered { get; set; }

    /// <summary>Called now and then while many are opened.</summary>
    public Action? Passing { get; set; }

    /// <summary>Opens more until there are so many, and returns when the server has answered them all.</summary>
    /// <exception cref="LoadException">It has not.</exception>
    public void OpenUpTo(int count)
    {
        while (Count < count)
        {
            if (Connected - Held < _plan.Window)
            {
                Connect(Count++);
            }
            else
            {
                RunUntil(() => Connected - Held < _plan.Window, count);
            }

            _poller.RunOnce(timeoutMs: 0);
        }

        RunUntil(() => Held >= Connected, count);
    }

    /// <summary>Closes a subscriber's connection; it can come back.</summary>
    public void Leave(int index)
    {
        if (_slots[index].State != State.Away)
        {
            Close(index);
        }
    }

    /// <summary>Has subscribers come back to where they were, and returns when all have been answered.</summary>
    public void Return(IEnumerable<int> indices)
    {
        foreach (var index in indices)
        {
            RunUntil(() => Connected - Held < _plan.Window, Count);
            Connect(index);
            _poller.RunOnce(timeoutMs: 0);
        }

        RunUntil(() => Held >= Connected, Count);
    }

    /// <summary>The subscriber will come back as a new one, to what is published from then on.</summary>
    public void ForgetPosition(int index) => _positions.Forget(index);

    public void Read(int descriptor)
    {
        var index = _indexOf[descriptor];
        var (carried, text) = _leftovers[index] ?? Leftover.Nothing;
        carried.CopyTo(_buffer, 0);
        var got = Connector.Receive(descriptor, _buffer.AsSpan(carried.Length));
        if (got == 0)
        {
            ConnectionEnded(index);
        }
        else if (got > 0)
        {
            _textLength = 0;
            AppendText(text);
            Take(index, descriptor, _buffer.AsSpan(0, carried.Length + got));
        }
    }

    /// <summary>
    /// Sends what a protocol wants to hear from a silent client now and then. To be called often; it looks at the
    /// clock.
    /// </summary>
    public void Beat(long nowMs)
    {
        if (_protocol.BeatIntervalMs == 0 || nowMs < _nextBeat)
        {
            return;
        }

        _nextBeat = nowMs + _protocol.BeatIntervalMs;
        for (var index = 0; index < Count; index++)
        {
            if (_slots[index].State == State.Body)
            {
                Connector.TrySend(
                    _slots[index].Descriptor, WebSocketFrame.Create(WebSocketFrame.Text, _protocol.BeatText));
            }
        }
    }

    public void Dispose()
    {
        for (var index = 0; index < Count; index++)
        {
            Leave(index);
        }
    }

    private void RunUntil(Func<bool> isDone, int wanted)
    {
        for (var held = -1; !isDone();)
        {
            if (held == Held)
            {
                throw new LoadException(
                    $"Only {Held} of {wanted} subscriptions were answered within {AnswerLimit.TotalSeconds} s of each "
                        + "other: is this the server's URL for subscribers, and are its limits high enough?");
            }

            held = Held;
            _poller.RunUntil(() => isDone() || Held != held, AnswerLimit);
            Passing?.Invoke();
        }
    }

    private void Connect(int index)
    {
        var source = _url.IsLoopback
            ? new IPAddress([127, _plan.SourceNet[0], _plan.SourceNet[1], (byte)(1 + (index / PerSource))])
            : null;
        var descriptor = Connector.Connect(_url.Address, source, _plan.ReceiveBuffer);
        if (descriptor >= _indexOf.Length)
        {
            Array.Resize(ref _indexOf, Math.Max(descriptor + 1, 2 * _indexOf.Length));
        }

        _indexOf[descriptor] = index;
        _slots[index] = new Slot { Descriptor = descriptor, State = State.Head };
        Connected++;
        _poller.Add(descriptor, this);
        Ask(index);
    }

    private void Ask(int index)
    {
        ref var slot = ref _slots[index];
        slot.State = State.Head;
        Connector.TrySend(
            slot.Descriptor, _request.Create(_plan.ChannelOf(index), _positions.Seq(index), _positions.Fields(index)));
        if (_plan.Transport == Transport.Poll && !_plan.IsHeldAtHead)
        {
            Hold(index);
        }
    }

    private void ResponseEnded(int index)
    {
        _textLength = 0;
        if (_plan.Transport != Transport.Poll)
        {
            Check.ConnectionEnded();
            Close(index);
            return;
        }

        Release(index);
        if (_slots[index].ClosesAfterAnswer)
        {
            Close(index);
            TryReconnect(index);
        }
        else if (_plan.PollsAgain)
        {
            Ask(index);
        }
    }

    private void ConnectionEnded(int index)
    {
        var endsAnswer = _slots[index].State == State.Body && _slots[index].Body.EndsWithConnection;
        Close(index);
        if (_plan.Transport == Transport.Poll && endsAnswer)
        {
            TryReconnect(index);
        }
        else
        {
            Check.ConnectionEnded();
        }
    }

    private void TryReconnect(int index)
    {
        try
        {
            if (_plan.PollsAgain)
            {
                Connect(index);
            }
        }
        catch (LoadException)
        {
            Check.ConnectionEnded();
        }
    }

    private void Close(int index)
    {
        ref var slot = ref _slots[index];
        Release(index);
        _poller.Remove(slot.Descriptor);
        Libc.Close(slot.Descriptor);
        slot = new Slot { Descriptor = -1 };
        _leftovers[index] = null;
        Connected--;
    }

    private void Hold(int index)
    {
        ref var slot = ref _slots[index];
        Held += slot.IsHeld ? 0 : 1;
        slot.IsHeld = true;
    }

    private void Release(int index)
    {
        ref var slot = ref _slots[index];
        Held -= slot.IsHeld ? 1 : 0;
        slot.IsHeld = false;
    }

    private void SayHello(int index)
    {
        if (_plan.Hello.Length > 0 && _protocol.IsWebSocket)
        {
            var hello = _plan.Hello.Replace(
                TextTemplate.Channel, _plan.ChannelName(_plan.ChannelOf(index)), StringComparison.Ordinal);
            SendText(index, Encoding.UTF8.GetBytes(hello + _protocol.TextEnd));
        }
    }

    private void SendText(int index, ReadOnlySpan<byte> text) =>
        Connector.TrySend(_slots[index].Descriptor, WebSocketFrame.Create(WebSocketFrame.Text, text));

    private void AppendText(ReadOnlySpan<byte> text)
    {
        if (_textLength + text.Length > _text.Length)
        {
            Array.Resize(ref _text, 2 * (_textLength + text.Length));
        }

        text.CopyTo(_text.AsSpan(_textLength));
        _textLength += text.Length;
    }
}
