using Halley.Testing.Doubles;

namespace Halley.Simulation.Tests;

/// <summary>A process that serves: its channels, its one thread for subscribers, and its clock.</summary>
internal sealed class Node(Hub hub, ManualTime time)
{
    public Hub Hub => hub;

    public ManualTime Time => time;

    public ManualDispatcher Dispatcher { get; } = new();

    /// <summary>Whether it lives. One that has died does not come back: another takes its place.</summary>
    public bool IsUp { get; private set; } = true;

    public void Die() => IsUp = false;
}
