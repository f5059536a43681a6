using System.Globalization;
using System.Text;
using Halley.Broker;
using Halley.Channels;
using Halley.Chaos.Ledgers;

namespace Halley.Simulation.Tests;

/// <summary>
/// A request of a subscriber and its held answer, as a dialect has it: what it is told lies on the wire until it is
/// read, and is lost where it is cut.
/// </summary>
internal sealed class SimulatedConnection : Subscription, IPostponable
{
    private readonly Queue<Action<Hearing>?> _wire = new();
    private readonly World _world;
    private readonly byte[] _channel;
    private readonly StreamPosition _place;
    private readonly bool _polls;
    private Waiting? _postponed;
    private bool _isCut;

    public SimulatedConnection(World world, Node node, Hearing hearing, bool polls)
    {
        _world = world;
        Node = node;
        _channel = Encoding.ASCII.GetBytes(hearing.Channel);
        var (epoch, next) = hearing.Place;
        _place = new StreamPosition(long.Parse(epoch, CultureInfo.InvariantCulture), next);
        _polls = polls;
        Handle();
    }

    public Node Node { get; }

    /// <summary>Whether it is answered, and the answer lasts.</summary>
    public bool IsHeld => Channel is not null;

    public bool HasUnread => _wire.Count > 0;

    public IDispatcher Dispatcher => Node.Dispatcher;

    public Postponement? Postponed => _postponed;

    public Postponement Postpone() => _postponed ??= new Waiting(this);

    /// <summary>Reads some of what it was told.</summary>
    /// <returns>False at its end.</returns>
    public bool TryRead(Hearing hearing, int most)
    {
        for (; most > 0 && _wire.TryDequeue(out var told); most--)
        {
            if (told is null)
            {
                return false;
            }

            told(hearing);
        }

        return true;
    }

    public void Cut()
    {
        _isCut = true;
        Detach();
    }

    protected internal override void Deliver(Message message)
    {
        Send(message);
        if (_polls)
        {
            End();
        }
    }

    protected internal override void End(Channel channel, in Ending ending)
    {
        _world.Note($"{_place}'s answer ends: {ending.Reason}");
        End();
    }

    protected internal override void OnDue(uint now)
    {
    }

    private void Handle()
    {
        if (_isCut)
        {
            return;
        }

        try
        {
            var result = Node.Hub.Attach(
                _channel, this, new AttachOptions { Replay = Replay.Resume(_place), OnlyToWait = _polls }, this);
            switch (result.Status)
            {
                case AttachStatus.Pending:
                    return;
                case AttachStatus.Attached or AttachStatus.AnswerNow:
                    Tell(result);
                    break;
                default:
                    _world.Note($"{_place} is refused: {result.Status}");
                    End();
                    break;
            }
        }
        catch (BrokerException gone)
        {
            _world.Note($"{_place} is refused: {gone.Message}");
            End();
        }
    }

    private void Tell(in AttachResult result)
    {
        // A poll that waits has missed nothing, and is told so by its next answer.
        if (result.Status == AttachStatus.Attached && _polls)
        {
            return;
        }

        foreach (var step in Resumption.Steps(_place, result))
        {
            if (step.Message is { } message)
            {
                Send(message);
                continue;
            }

            var (notice, epoch) = (step.Notice, result.Position.Epoch.ToString(CultureInfo.InvariantCulture));
            _world.Note($"{_place} is told {notice} of {epoch}");
            _wire.Enqueue(hearing => hearing.Tell(
                (Notice)notice.Kind, epoch, notice.Next, notice.Kind == PositionNoticeKind.Reset ? notice.Count : 0));
        }

        if (result.Status == AttachStatus.AnswerNow)
        {
            End();
        }
    }

    private void Send(Message message)
    {
        var text = Encoding.ASCII.GetString(message.Payload);
        _wire.Enqueue(hearing => hearing.Hear(text, message.Offset));
    }

    private void End()
    {
        Detach();
        _wire.Enqueue(null);
    }

    private sealed class Waiting(SimulatedConnection connection) : Postponement, IWork
    {
        public bool Run(ref int budget)
        {
            budget--;
            if (IsAnswered)
            {
                connection.Handle();
            }

            return true;
        }

        protected override void Resume() => connection.Dispatcher.Post(this);
    }
}
