using System.Globalization;

namespace Halley.Simulation.Tests;

/// <summary>What many runs come to. Any thread.</summary>
internal sealed class Sums
{
    private readonly Lock _lock = new();
    private long _seeds;
    private long _faults;
    private long _acknowledged;
    private long _delivered;
    private long _told;

    /// <summary>The first that has gone wrong.</summary>
    public string? Failure { get; private set; }

    public void Add(World world)
    {
        var totals = world.Ledger.Totals;
        lock (_lock)
        {
            _seeds++;
            _faults += world.Faults;
            _acknowledged += totals.Acknowledged;
            _delivered += totals.Delivered;
            _told += totals.Told;
        }
    }

    public void Fail(string how)
    {
        lock (_lock)
        {
            Failure ??= how;
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_seeds} seeds, {_faults} faults, {_acknowledged} acknowledged, {_delivered} delivered, {_told} told");
}
