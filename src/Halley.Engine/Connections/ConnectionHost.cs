using Halley.Engine.Native;
using Halley.Protocol.Answers;
using Halley.Time;

namespace Halley.Engine.Connections;

/// <summary>
/// The connections of one reactor, and what they share. A connection knows nothing else of its reactor.
/// </summary>
internal sealed class ConnectionHost : IDisposable
{
    private readonly DateField _date;

    public ConnectionHost(IDispatcher dispatcher, Epoll epoll, TickClock clock, EngineState state)
    {
        Dispatcher = dispatcher;
        Epoll = epoll;
        Clock = clock;
        State = state;
        Answers = new HeldAnswers(clock);
        Receiving = new Receiving(state.Unfinished);
        Sending = new Sending(state.Options, epoll);
        Doorkeeper = new Doorkeeper(this);
        _date = new DateField(state.Time);
    }

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
