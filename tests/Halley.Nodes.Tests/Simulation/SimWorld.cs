using Halley.Protocol.Links;

namespace Halley.Nodes.Tests.Simulation;

/// <summary>A few nodes and the network between them. Nothing happens but by its steps, and chance is a seed: what went wrong once goes wrong again.</summary>
internal sealed class SimWorld : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, SimNode> _nodes = [];
    private readonly List<SimLink> _links = [];
    private readonly HashSet<(string, string)> _cut = [];
    private readonly List<string> _names;

    public SimWorld(params string[] names)
        : this(Options, names)
    {
    }

    public SimWorld(NodeOptions options, string[] names)
    {
        _names = [.. names];
        foreach (var name in names)
        {
            Start(name, options);
        }
    }

    public DateTimeOffset Now { get; private set; } = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static NodeOptions Options { get; } = new() { Key = "0123456789abcdef"u8.ToArray() };

    public SimNode this[string name] => _nodes[name];

    public IEnumerable<SimNode> Nodes => _nodes.Values;

    /// <summary>The links that one node has dialled to another, and that have not ended.</summary>
    public IReadOnlyList<SimLink> LinksOf(string from, string to) =>
        [.. _links.Where(link => link.IsDialled && !link.IsOver && link.Owner.Name == from && link.Peer.Name == to)];

    public NodeList ListOf(string own) => new(own, _names.Select(name => new NodeEntry(name, name, 1, $"http://{name}")));

    public void Start(string name) => Start(name, Options);

    public void Start(string name, NodeOptions options)
    {
        if (!_names.Contains(name))
        {
            _names.Add(name);
        }

        _nodes[name] = new SimNode(this, name, ListOf(name), options);
    }

    /// <summary>Another node is listed from now on, on all that run.</summary>
    public void List(string name)
    {
        _names.Add(name);
        foreach (var node in Nodes.Where(node => !node.IsDead))
        {
            node.Cluster.Update(ListOf(node.Name));
        }
    }

    public void Unlist(string name)
    {
        _names.Remove(name);
        foreach (var node in Nodes.Where(node => !node.IsDead && node.Name != name))
        {
            node.Cluster.Update(ListOf(node.Name));
        }
    }

    public void Kill(string name) => _nodes[name].Kill();

    /// <summary>Nothing gets through between two nodes any more, and nobody is told so.</summary>
    public void Cut(string one, string other) => _cut.Add(Pair(one, other));

    public void Mend(string one, string other) => _cut.Remove(Pair(one, other));

    public bool IsCut(string one, string other) => _cut.Contains(Pair(one, other));

    public void Connect(SimNode from, string to, IDispatcher dispatcher, LinkOptions options, Func<Link, ILinkHandler> handler)
    {
        if (!_nodes.TryGetValue(to, out var peer))
        {
            peer = from;
        }

        var link = new SimLink(dispatcher, options) { Owner = from, Peer = peer, IsDialled = true };
        link.HeardBy(handler(link));
        _links.Add(link);
    }

    /// <summary>Time passes, and everything happens that can.</summary>
    public void Run(double seconds)
    {
        for (var end = Now + TimeSpan.FromSeconds(seconds); Now < end;)
        {
            Now += Tick;
            foreach (var node in Nodes.ToList())
            {
                node.Advance(Tick);
            }

            Settle();
        }
    }

    public void RunUntil(Func<bool> isSo, string what)
    {
        for (var patience = 0; !isSo(); patience++)
        {
            Assert.True(patience < 1200, what);
            Run(Tick.TotalSeconds);
        }
    }

    /// <summary>Until all nodes that run serve, and know it of each other.</summary>
    public void RunUntilAllServe() => RunUntil(
        () => Nodes.Where(node => !node.IsDead).All(node => node.Cluster.Stage == NodeStage.Serving && node.Cluster.View.Serving.Count == Nodes.Count(other => !other.IsDead)),
        "Not all nodes serve: " + string.Join(", ", Nodes.Select(node => $"{node.Name} {node.Cluster.Stage} {node.Cluster.View.Serving.Count}")));

    /// <summary>What can happen without time passing.</summary>
    public void Settle()
    {
        for (var round = 0; round < 6; round++)
        {
            foreach (var node in Nodes.ToList())
            {
                node.Run();
            }

            foreach (var link in _links.ToList())
            {
                Carry(link);
            }
        }

        _links.RemoveAll(link => link.IsOver && (link.Other is null || link.Other.IsOver));
    }

    public void Dispose()
    {
        foreach (var node in Nodes.Where(node => !node.IsDead))
        {
            node.Dispose();
        }
    }

    private void Carry(SimLink link)
    {
        if (IsCut(link.Owner.Name, link.Peer.Name))
        {
            return;
        }

        if (link.Other is null && !link.IsOver)
        {
            Accept(link);
        }

        // What the process had said before it was killed is on its way; afterwards it says nothing.
        if (link.Other is { IsOver: false } other)
        {
            if (!other.Owner.IsStopped && !link.Owner.IsStopped && !link.Owner.IsDead && link.TakePending() is { Length: > 0 } bytes)
            {
                other.Receive(bytes);
            }

            if (link.IsOver || link.Owner.IsDead)
            {
                other.End("the other side ended");
            }
        }
    }

    private void Accept(SimLink link)
    {
        if (link.Owner.IsDead)
        {
            link.End("killed");
            return;
        }

        var target = _nodes.GetValueOrDefault(link.Peer.Name);
        if (target is null || target.IsDead || target == link.Owner)
        {
            link.Refuse();
        }
        else if (!target.IsStopped)
        {
            var accepted = new SimLink(target.NextDispatcher(), target.Cluster.LinkOptions) { Owner = target, Peer = link.Owner, Other = link };
            link.Other = accepted;
            accepted.HeardBy(target.Cluster.Accept(accepted));
            _links.Add(accepted);
        }
    }

    private static (string, string) Pair(string one, string other) => string.CompareOrdinal(one, other) < 0 ? (one, other) : (other, one);
}
