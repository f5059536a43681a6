using System.Net;
using System.Text;
using Halley.Broker;
using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Answers;
using Halley.Protocol.Clients;
using Halley.Protocol.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Halley.AspNetCore.Hosting;

/// <summary>
/// One request of an ASP.NET Core application and its answer, which may be held. Dialects write on its dispatcher;
/// <see cref="HttpExchangePump"/> takes what they wrote to the client, on the request's own task.
/// </summary>
/// <param name="visitor">Who asks, as the application knows it; null where there is no application.</param>
internal sealed partial class HttpExchange(
    RawRequest request,
    IRequestHandler handler,
    HttpContext context,
    Loop loop,
    Visitor? visitor,
    ExchangeOptions options,
    Exchanges exchanges,
    ILogger logger)
    : HeldAnswer, IExchange
{
    // What is only needed while there is something to write, or to read: an answer that is held has neither.
    private ByteBuffer? _own;
    private RawRequest? _request = request;
    private readonly AdmittedClient? _client = visitor?.ClientOn(loop);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private State _state;
    private Answer? _answer;
    private Waiting? _waiting;
    private Action? _giveUp;
    private bool _isDirty;

    private enum State : byte
    {
        Answering,
        Started,
        Held,
        Ended,
    }

    /// <inheritdoc/>
    public IDispatcher Dispatcher => loop;

    /// <inheritdoc/>
    public Subscription Subscription => this;

    /// <inheritdoc/>
    public IPAddress RemoteAddress { get; } = AddressOf(context);

    /// <inheritdoc/>
    public TrustedProxies TrustedProxies => options.TrustedProxies;

    /// <inheritdoc/>
    public bool IsAdmitted { get; set; }

    /// <inheritdoc/>
    public IClientRules? Rules => visitor?.Rules;

    /// <summary>Whether its answer is its connection's last, whatever the client wants.</summary>
    public bool EndsConnection => exchanges.IsDraining;

    /// <inheritdoc/>
    public Postponement? Postponed => _waiting;

    /// <summary>Whether the application is to answer. Once that, or the head, is known.</summary>
    public bool IsLeftToApplication { get; private set; }

    /// <summary>
    /// Completed when the answer's head is known, or the application is to answer, or the client is to be let go.
    /// </summary>
    public Task Answered => _answered.Task;

    /// <summary>The head; null where there is none, and the request is to be aborted. Once it is known.</summary>
    public Answer? Head => _answer;

    /// <inheritdoc/>
    protected override HeldAnswers Shared => loop.Answers;

    /// <inheritdoc/>
    protected override Framing Framing => _answer?.IsWebSocket == true ? Framing.WebSocket : Framing.None;

    /// <inheritdoc/>
    protected override ByteBuffer Output
    {
        get
        {
            if (!_isDirty)
            {
                _isDirty = true;
                loop.FlushLater(this);
            }

            return _own ??= new ByteBuffer();
        }
    }

    /// <summary>Has it answered, on its dispatcher. Any thread.</summary>
    public void Begin() => loop.Post(new Call(Handle));

    /// <summary>The client has gone. Any thread.</summary>
    public void Leave() => loop.Post(new Call(() => Cut(CloseReason.ClientGone, isAborted: true)));

    /// <summary>
    /// The client has gone, or has ended its side: a WebSocket that is held ends once all is heard that it has sent.
    /// Any thread.
    /// </summary>
    public void LeaveUnlessHeard() => loop.Post(new Call(() =>
    {
        if (!(_state == State.Held && Framing.IsWebSocket))
        {
            Cut(CloseReason.ClientGone, isAborted: true);
        }
    }));

    /// <summary>The application stops: what is held ends, and clients come back. Any thread.</summary>
    public void Stop() => loop.Post(new Call(() =>
    {
        if (IsHeld)
        {
            EndHeld(CloseReason.Shutdown);
        }
    }));

    /// <summary>The server is to end: what is held ends in the words for coming back. Any thread.</summary>
    /// <param name="after">The time after which its client is to come back.</param>
    /// <param name="atOnce">Whether also where something published is not told yet.</param>
    public void Return(TimeSpan after, bool atOnce) => loop.Post(new Call(() =>
    {
        if (IsHeld)
        {
            TryEndToReturn(after, atOnce);
        }
    }));

    /// <summary>Whether the handler takes a body from this client. Any thread; before it is answered.</summary>
    public Task<bool> AdmitsBodyAsync()
    {
        var admits = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(new Call(() =>
        {
            try
            {
                admits.SetResult(_request!.IsAdmittedBy(handler, this));
            }
            catch (Exception exception)
            {
                Fail(exception);
                admits.TrySetResult(false);
            }
        }));
        return admits.Task;
    }

    /// <summary>Hands over what was written. On its dispatcher.</summary>
    public void Flush()
    {
        _isDirty = false;
        if (_own is { Length: > 0 } own)
        {
            Write(own.Written.ToArray(), isOwn: true);
        }

        _own = null;

        if (_state == State.Ended)
        {
            Pieces.Complete();
        }
        else if (IsLagging)
        {
            CatchUpWhenTaken();
        }
    }

    /// <inheritdoc/>
    public Postponement Postpone()
    {
        DetachAll();
        return _waiting ??= new Waiting(this);
    }

    /// <inheritdoc/>
    public void Await(Action? giveUp, bool endsWithClient) => _giveUp = giveUp;

    /// <inheritdoc/>
    protected override void EndTooSlow()
    {
        var unsent = Interlocked.Read(ref _unsent);
        Log.TooSlow(logger, unsent);
        Cut(CloseReason.TooSlow, isAborted: true);
    }

    /// <inheritdoc/>
    protected override void Append(byte[] shared)
    {
        var output = Output;
        if (output.Length > 0)
        {
            Write(output.Written.ToArray(), isOwn: true);
            output.Clear();
        }

        Write(shared, isOwn: false);
    }

    /// <inheritdoc/>
    protected override void Begin(ResponseHead head)
    {
        _state = State.Answering;
        Start(head, out _);
        _state = State.Held;
    }

    /// <inheritdoc/>
    protected override void ReplyEmpty(ResponseHead head)
    {
        _state = State.Answering;
        Reply(head, default);
    }

    /// <inheritdoc/>
    protected override void Finish(bool isWhole)
    {
        if (isWhole)
        {
            Complete();
        }
        else
        {
            // What was written before goes out first.
            Flush();
            Cut(CloseReason.Done, isAborted: false);
        }
    }

    /// <inheritdoc/>
    protected override void Fail(Exception exception)
    {
        Log.Failed(logger, exception);
        Cut(CloseReason.InternalError, isAborted: true);
    }

    /// <inheritdoc/>
    protected override void OnDue(uint now)
    {
        try
        {
            OnHeldDue(now);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    // A socket for both kinds of addresses says those of IPv4 as IPv6 ones.
    private static IPAddress AddressOf(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => IPAddress.Loopback,
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4(),
        var address => address,
    };

    private void Handle()
    {
        try
        {
            if (_state == State.Answering)
            {
                if (_client is not null)
                {
                    Admit(_client);
                }

                _request!.HandleWith(handler, this);
            }

            if (_state != State.Answering)
            {
                _request = null;
            }
        }
        catch (BrokerException refused) when (_state == State.Answering)
        {
            DetachAll();
            Reply(RequestRefusals.HeadFor(refused), Encoding.UTF8.GetBytes(refused.Message + "\n"));
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void Cut(CloseReason reason, bool isAborted)
    {
        if (_state == State.Ended)
        {
            return;
        }

        EndTrace(reason, Interlocked.Read(ref _unsent));
        NoteEnd(reason);
        StopHolding();
        _state = State.Ended;
        _giveUp?.Invoke();

        // Before the pieces are complete: whoever sends them looks at it then.
        _answer = _answer is null || isAborted ? _answer : _answer with { IsCut = true };
        Pieces.Complete(isAborted);
        _answered.TrySetResult();
    }

    private sealed class Waiting(HttpExchange exchange) : Postponement
    {
        protected override void Resume() => exchange.Dispatcher.Post(new Call(exchange.HandleAgain));
    }

    private void HandleAgain()
    {
        if (_waiting?.IsAnswered == true)
        {
            Handle();
        }
    }
}
