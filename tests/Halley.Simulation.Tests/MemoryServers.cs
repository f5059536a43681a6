namespace Halley.Simulation.Tests;

/// <summary>One process that has its channels in memory, and forgets them when it dies.</summary>
internal sealed class MemoryServers : Servers
{
    private Node _node;

    public MemoryServers(Random dice)
        : base(dice) => _node = Start();

    public static HubOptions Limits => new() { HistorySize = 5, IdleTimeout = TimeSpan.FromSeconds(10) };

    public override IReadOnlyList<Node?> Nodes => [_node];

    public override bool Step() => false;

    public override string Fail()
    {
        _node.Die();
        _node.Hub.Dispose();
        _node = Start();
        return "the process dies";
    }

    public override void Heal()
    {
    }

    public override void Dispose() => _node.Hub.Dispose();

    public override string ToString() => "memory";

    private Node Start()
    {
        var time = NewClock();
        return new Node(new Hub(Limits, time), time);
    }
}
