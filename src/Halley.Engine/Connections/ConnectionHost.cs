using Halley.Engine.Native;
using Halley.Protocol.Answers;
using Halley.Protocol.Http;
using Halley.Time;

namespace Halley.Engine.Connections;

/// <summary>
/// The connections of one reactor, and what they share. A connection knows nothing else of its reactor.
/// </summary>
internal sealed class ConnectionHost : IDisposable
{
    private readonly DateField _date;

    /// <param name="number">The reactor's.</param>
    public ConnectionHost(int number, IDispatcher dispatcher, Epoll epoll, TickClock clock, EngineState state)
    {
        Number = number;
        Dispatcher = dispatcher;
        Epoll = epoll;
        Clock = clock;
        State = state;
        Answers = new HeldAnswers(clock) { Watches = state.Watches };
        Receiving = new Receiving(state.Unfinished);
        Sending = new Sending(state, epoll);
        Doorkeeper = new Doorkeeper(this);
        _date = new DateField(state.Time);
    }

    /// <summary>The number of their reactor.</summary>
    public int Number { get; }

    public IDispatcher Dispatcher { get; }

    public Epoll Epoll { get; }

    public TickClock Clock { get; }

    public EngineState State { get; }

    public EngineOptions Options => State.Options;

    /// <summary>The open connections.</summary>
    public ConnectionTable Table { get; } = new();

    /// <summary>Decides who may connect.</summary>
    public Doorkeeper Doorkeeper { get; }

    public HeldAnswers Answers { get; }

    /// <summary>The connection whose request is being handled; null between two.</summary>
    public Connection? Handled { get; set; }

    /// <summary>The reason for refusing that request; null where it is not refused.</summary>
    public RefusalNote? Refusal { get; set; }

    /// <summary>The counts of this reactor.</summary>
    public ReactorCounts Counts { get; } = new();

    /// <summary>
    /// The path of the request that is being handled, where somebody looks for incidents; else empty.
    /// </summary>
    public string HandledPath { get; set; } = "";

    public Receiving Receiving { get; }

    public Sending Sending { get; }

    /// <summary>The postponed requests, of those connections that have one.</summary>
    public Dictionary<Connection, PostponedRequest> Postponed { get; } = [];

    /// <summary>
    /// The operations that late answers wait for, of those connections whose client may end the wait by leaving.
    /// </summary>
    public Dictionary<Connection, AwaitedAnswer> Awaited { get; } = [];

    /// <summary>The Date field, with its line end.</summary>
    public ReadOnlySpan<byte> Date => _date.At(Clock.Now);

    /// <summary>Forgets a connection that has ended.</summary>
    public void Remove(Connection connection, CloseReason reason)
    {
        Table.Remove(connection);
        State.Closed(connection.Listener.Options);
        connection.Listener.Closed();
        Counts.CountClosed(reason);
        Doorkeeper.Left(connection);
        State.Logger.ConnectionEnded(connection.Listener.EndPoint, reason);
    }

    /// <summary>Ends every connection.</summary>
    public void Dispose()
    {
        foreach (var connection in Table.All().ToList())
        {
            connection.Shut();
        }

        Receiving.Dispose();
        Sending.Dispose();
    }
}
