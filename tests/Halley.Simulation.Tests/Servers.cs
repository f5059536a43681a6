using Halley.Broker;
using Halley.Testing.Doubles;

namespace Halley.Simulation.Tests;

/// <summary>The processes of one kind of server, with what they depend on, and what may happen to them.</summary>
internal abstract class Servers(Random dice) : IDisposable
{
    private static readonly TimeSpan TimeToStart = TimeSpan.FromMilliseconds(20);

    /// <summary>The processes; null for one that is not there now.</summary>
    public abstract IReadOnlyList<Node?> Nodes { get; }

    protected Random Dice => dice;

    /// <summary>The time of day, which goes on where a process dies.</summary>
    protected DateTimeOffset Now { get; private set; } = new(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Does a part of what is under way between processes, or to the disk.</summary>
    /// <returns>False where nothing is.</returns>
    public abstract bool Step();

    /// <summary>Lets something happen that should not.</summary>
    /// <returns>What it is, for who reads what went before.</returns>
    public abstract string Fail();

    /// <summary>Everything works from now on; who is not there comes back.</summary>
    public abstract void Heal();

    /// <summary>Told of what a publisher was told, where no channel was to end meanwhile.</summary>
    public virtual void Acknowledged(string channel, PublishResult result)
    {
    }

    /// <summary>Told that somebody wants a channel to end.</summary>
    public virtual void Closing(string channel)
    {
    }

    /// <summary>Lets time go by, everywhere.</summary>
    public virtual void Pass(TimeSpan time)
    {
        Now += time;
        foreach (var node in Nodes)
        {
            node?.Time.Advance(time);
        }
    }

    /// <summary>One of those that are there; null where none is.</summary>
    public Node? Any()
    {
        var node = Nodes[dice.Next(Nodes.Count)];
        return node ?? Nodes.FirstOrDefault(static node => node is not null);
    }

    public abstract void Dispose();

    /// <summary>The clock of a process that starts now, which takes a moment.</summary>
    protected ManualTime NewClock() => new() { Start = Now += TimeToStart };
}
