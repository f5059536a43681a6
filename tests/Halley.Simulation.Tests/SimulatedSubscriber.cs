using Halley.Chaos.Ledgers;

namespace Halley.Simulation.Tests;

/// <summary>
/// A subscriber of one channel, that comes to any process, is cut off, and comes back with the place that it has read
/// to.
/// </summary>
internal sealed class SimulatedSubscriber(World world, Hearing hearing, bool polls)
{
    private SimulatedConnection? _connection;

    /// <summary>Whether it listens, and has read all there is.</summary>
    public bool IsServed => _connection is { IsHeld: true, HasUnread: false };

    public void Act(bool mayLeave)
    {
        if (_connection is null)
        {
            Come();
        }
        else if (!_connection.Node.IsUp)
        {
            _connection = null;
        }
        else if (mayLeave && world.Dice.Next(12) == 0)
        {
            world.Note($"{hearing.Name} leaves, at {hearing.Place}");
            Leave();
        }
        else if (!_connection.TryRead(hearing, world.Dice.Next(1, 5)))
        {
            Leave();
        }
    }

    private void Come()
    {
        if (world.Servers.Any() is { } node)
        {
            world.Note($"{hearing.Name} comes with {hearing.Place}");
            _connection = new SimulatedConnection(world, node, hearing, polls);
        }
    }

    private void Leave()
    {
        _connection?.Cut();
        _connection = null;
    }
}
