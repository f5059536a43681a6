using System.Text;
using Halley.Chaos.Ledgers;

namespace Halley.Simulation.Tests;

/// <summary>
/// One run: servers, publishers and subscribers, and what happens to them, in an order that a seed decides. At the end
/// everything works again; then every message that was acknowledged has been heard once and in order, or who missed it
/// was told. One thread's.
/// </summary>
internal sealed class World : IDisposable
{
    private const int Steps = 140;
    private const int PatienceInTurns = 600;
    private const int Publishers = 3;
    private const int Subscribers = 4;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    private readonly List<SimulatedPublisher> _publishers = [];
    private readonly List<SimulatedSubscriber> _subscribers = [];
    private readonly StringBuilder? _notes;
    private string? _wrong;

    /// <param name="hasNotes">Whether what happens is written down.</param>
    public World(int seed, bool hasNotes = false)
    {
        Dice = new Random(seed);
        _notes = hasNotes ? new StringBuilder() : null;
        Servers = ServerKinds.Make(seed, this);
        for (var i = 0; i < Publishers; i++)
        {
            _publishers.Add(new SimulatedPublisher(this, hasKeys: i % 2 == 0));
        }

        for (var i = 0; i < Subscribers; i++)
        {
            _subscribers.Add(new SimulatedSubscriber(
                this, Ledger.HearingOf(Channels[i % Channels.Count], $"subscriber {i}"), polls: i == Subscribers - 1));
        }
    }

    public Random Dice { get; }

    public Ledger Ledger { get; } = new();

    public Servers Servers { get; }

    public IReadOnlyList<string> Channels { get; } = ChannelNames.Two;

    public int Faults { get; private set; }

    /// <summary>How many channels somebody wanted to end.</summary>
    public int Closings { get; private set; }

    /// <summary>Whether every message that was sent has its answer.</summary>
    public bool IsQuiet => _publishers.TrueForAll(static publisher => publisher.IsIdle);

    /// <summary>What happened, where that was written down.</summary>
    public string Notes => _notes?.ToString() ?? "";

    /// <returns>What is wrong; null where all is well.</returns>
    public string? Run()
    {
        for (var i = 0; i < Steps && _wrong is null; i++)
        {
            Step();
        }

        Note("everything works again");
        Servers.Heal();
        if (!Settles())
        {
            return $"{_wrong}\n{Describe()}";
        }

        // One more to each: who listens hears it.
        foreach (var channel in Channels)
        {
            _publishers.Add(new SimulatedPublisher(this, hasKeys: true, only: channel));
        }

        return Settles() ? null : $"{_wrong}\n{Describe()}";
    }

    /// <summary>Notes what cannot be, whatever happened.</summary>
    public void Wrong(string what) => _wrong ??= what;

    public void Note(string what) => _notes?.AppendLine(what);

    public void Dispose() => Servers.Dispose();

    private void Step()
    {
        switch (Dice.Next(30))
        {
            case < 8:
                _publishers[Dice.Next(_publishers.Count)].Act(mayBegin: true);
                break;
            case < 15:
                _subscribers[Dice.Next(_subscribers.Count)].Act(mayLeave: true);
                break;
            case < 23:
                Servers.Step();
                break;
            case < 26:
                foreach (var node in Servers.Nodes)
                {
                    node?.Dispatcher.RunSlice(Dice.Next(1, 6));
                }

                break;
            case < 28:
                Servers.Pass(Turn * Dice.Next(1, Dice.Next(4) == 0 ? 40 : 5));
                break;
            case 28:
                Administer();
                break;
            default:
                Faults++;
                Note(Servers.Fail());
                break;
        }
    }

    private void Administer()
    {
        if (Servers.Any() is not { } node || Dice.Next(3) > 0)
        {
            return;
        }

        var name = Channels[Dice.Next(Channels.Count)];
        var channel = Encoding.ASCII.GetBytes(name);
        if (Dice.Next(2) == 0)
        {
            Note("clears a channel");
            _ = node.Hub.Broker.Clear(channel).AsTask();
        }
        else
        {
            Note("closes a channel");
            Closings++;
            Servers.Closing(name);
            _ = node.Hub.Broker.Close(channel).AsTask();
        }
    }

    private bool Settles()
    {
        for (var i = 0; i < PatienceInTurns && _wrong is null; i++)
        {
            foreach (var publisher in _publishers)
            {
                publisher.Act(mayBegin: false);
            }

            while (Servers.Step())
            {
            }

            foreach (var node in Servers.Nodes)
            {
                node?.Dispatcher.RunAll();
            }

            foreach (var subscriber in _subscribers)
            {
                subscriber.Act(mayLeave: false);
            }

            if (i > 0
                && IsQuiet
                && _subscribers.TrueForAll(static subscriber => subscriber.IsServed)
                && Ledger.Owed().Count == 0)
            {
                return Ledger.Totals.IsClean;
            }

            Servers.Pass(Turn);
        }

        return false;
    }

    private string Describe()
    {
        Ledger.Close();
        return $"{Servers}: {Ledger.Totals}\n"
            + $"publishers idle: {string.Join(' ', _publishers.Select(static publisher => publisher.IsIdle))}, "
            + $"subscribers served: {string.Join(' ', _subscribers.Select(static subscriber => subscriber.IsServed))}\n"
            + string.Join('\n', Ledger.Breaches);
    }
}
