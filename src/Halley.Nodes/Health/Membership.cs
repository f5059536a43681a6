using Halley.Nodes.Frames;
using Microsoft.Extensions.Logging;

namespace Halley.Nodes.Health;

/// <summary>
/// Which nodes serve, as this node sees it, and how channels change hands: who has them gives them up first, waits until nothing here takes anything more for
/// them, tells the other, and lets their subscribers go; only then does the other take them. Any thread.
/// </summary>
/// <remarks>
/// Two nodes that are cut off from each other both take the other's channels. When they meet again, both give back what they took and let the subscribers of
/// their own channels go too: these have not heard what was published at the other side, and are told so by the new incarnation of their stream.
/// </remarks>
internal sealed class Membership
{
    // A tick that comes so many intervals late: this process stood still.
    private const int LateTicks = 3;

    private readonly Lock _lock = new();
    private readonly NodeOptions _options;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly IMembershipPort _port;
    private readonly ILogger _logger;
    private readonly Dictionary<string, PeerHealth> _peers = new(StringComparer.Ordinal);
    private NodeList _list;
    private NodeView _view;
    private NodeStage _stage;
    private long _lastTick;
    private volatile bool _isAlone;
    private volatile bool _isInDoubt;

    public Membership(NodeList list, NodeOptions options, long incarnation, TimeProvider time, IMembershipPort port, ILogger logger)
    {
        _list = list;
        _options = options;
        _time = time;
        _started = time.GetTimestamp();
        _port = port;
        _logger = logger;
        Incarnation = incarnation;
        _view = new NodeView(list.Own, []);
        _isAlone = !list.Others.Any();
        foreach (var node in list.Others)
        {
            _peers.Add(node.Name, new PeerHealth(node, options, Now));
        }
    }

    /// <summary>This process, among all that ever had this node's name.</summary>
    public long Incarnation { get; }

    /// <summary>Who has which channel, as far as is known now.</summary>
    public NodeView View => Volatile.Read(ref _view);

    public NodeList List
    {
        get
        {
            lock (_lock)
            {
                return _list;
            }
        }
    }

    public NodeStage Stage
    {
        get
        {
            lock (_lock)
            {
                return _stage;
            }
        }
    }

    /// <summary>
    /// Whether others may have taken this node's channels without its knowledge: it stood still for so long that they have missed it, and has not heard from all of them
    /// since. What it does with its channels meanwhile would have to be told as lost.
    /// </summary>
    public bool IsInDoubt => _isInDoubt || (!_isAlone && Now - TimeSpan.FromTicks(Volatile.Read(ref _lastTick)) > _options.Patience);

    /// <summary>For whom this node waits before it serves, and why.</summary>
    public IReadOnlyList<string> WaitsFor()
    {
        lock (_lock)
        {
            return _stage switch
            {
                NodeStage.Waiting => [.. _peers.Values.Where(peer => !IsSettled(peer)).Select(peer => peer.Node.Name + (peer.Refusal is null ? "" : $" ({peer.Refusal})"))],
                NodeStage.Joining => [.. _peers.Values.Where(peer => !HasGiven(peer)).Select(peer => peer.Node.Name)],
                NodeStage.Serving => [.. _peers.Values.Where(peer => peer.IsInDoubt).Select(peer => peer.Node.Name)],
                _ => [],
            };
        }
    }

    /// <summary>What is known of the others, for a report.</summary>
    public IReadOnlyList<NodeReport> Report()
    {
        lock (_lock)
        {
            return
            [
                .. _peers.Values.OrderBy(peer => peer.Node.Name, StringComparer.Ordinal).Select(peer => new NodeReport(
                    peer.Node.Name,
                    peer.IsUp ? peer.Stage.ToString().ToLowerInvariant() : peer.Refusal is not null ? "refuses" : "down",
                    peer.Node.Front,
                    peer.IsUp ? peer.Channels : 0,
                    peer.IsUp ? peer.Subscribers : 0,
                    peer.Refusal)),
            ];
        }
    }

    /// <summary>Looks whether anybody has gone silent; to be called at each interval.</summary>
    public void Tick()
    {
        lock (_lock)
        {
            var gap = Now - TimeSpan.FromTicks(_lastTick);
            foreach (var peer in _peers.Values)
            {
                if (gap > _options.CheckInterval * LateTicks)
                {
                    peer.Forgive(gap - _options.CheckInterval, wasMissed: gap > _options.Patience);
                }

                var wasUp = peer.IsUp;
                peer.OnTick(Now);
                if (wasUp && !peer.IsUp)
                {
                    _logger.NodeDown(peer.Node.Name, "it is silent");
                }
            }

            Settle();
            Volatile.Write(ref _lastTick, Now.Ticks);
        }
    }

    public void OnLinked(string name, long incarnation) => Change(name, peer =>
    {
        var (wasUp, known) = (peer.IsUp, peer.Incarnation);
        if (peer.OnLinked(incarnation, Now) && _stage == NodeStage.Serving)
        {
            LetAllGo(name);
        }

        if (wasUp && !peer.IsUp)
        {
            _logger.NodeDown(name, "it was started again");
        }

        if (known == incarnation && peer.GivenTo == incarnation && peer.IsTold)
        {
            // It may have missed that, with the link before.
            _port.GiveUp(peer.Node, new GivenUp(incarnation, peer.Term, peer.HadTaken));
        }
    });

    public void OnHeard(string name, NodeStage stage, int term, int channels, int subscribers) => Change(name, peer =>
    {
        var wasUp = peer.IsUp;
        peer.OnHeard(stage, term, Now);
        (peer.Channels, peer.Subscribers) = (channels, subscribers);
        if (!wasUp && peer.IsUp)
        {
            _logger.NodeUp(name);
        }
    });

    /// <summary>In which term this node has given up for another process what is its; 0 where it does not take that for one that serves.</summary>
    public int TermOf(string name, long incarnation)
    {
        lock (_lock)
        {
            return _peers.TryGetValue(name, out var peer) && peer.GivenTo == incarnation && peer.IsTold ? peer.Term : 0;
        }
    }

    public void OnAnnounced(string name, long incarnation, NodeStage stage) => Change(name, peer =>
    {
        if (peer.Incarnation == incarnation && peer.Stage != stage)
        {
            peer.OnAnnounced(stage);
            _logger.NodeSays(name, stage);
        }
    });

    public void OnLinkEnded(string name, bool wasRefused) => Change(name, peer =>
    {
        var wasUp = peer.IsUp;
        peer.OnLinkEnded(wasRefused);
        if (wasUp && !peer.IsUp)
        {
            _logger.NodeDown(name, "nobody listens there any more");
        }
    });

    public void OnRefused(string name, string why) => Change(name, peer =>
    {
        if (peer.Refusal is null)
        {
            _logger.NodeRefuses(name, why);
        }

        peer.OnRefused(why, Now);
    });

    /// <summary>Another node takes nothing more for what is this one's.</summary>
    public void OnGivenUp(string name, long incarnation, GivenUp said) => Change(name, peer =>
    {
        if (said.To != Incarnation || (peer.GivenBy == incarnation && peer.GivenTerm >= said.Term))
        {
            return;
        }

        (peer.GivenBy, peer.GivenTerm) = (incarnation, said.Term);
        if (_stage == NodeStage.Serving && said.HadTaken)
        {
            LetAllGo(name);
        }
    });

    /// <summary>Gives this node's channels up, so that it can be stopped.</summary>
    /// <returns>False where no other node serves, that could have them.</returns>
    public bool TryDrain()
    {
        lock (_lock)
        {
            if (_stage is NodeStage.Draining or NodeStage.Leaving)
            {
                return true;
            }

            if (!_peers.Values.Any(peer => peer.IsCandidate))
            {
                return false;
            }

            GiveAllUp(NodeStage.Draining, () => { });
            return true;
        }
    }

    /// <summary>The same for the end of the process.</summary>
    /// <param name="then">Called when the others have been told.</param>
    public void Leave(Action then)
    {
        lock (_lock)
        {
            GiveAllUp(NodeStage.Leaving, then);
        }
    }

    /// <summary>Other nodes are to be there from now on. This one keeps its name.</summary>
    public void Update(NodeList list)
    {
        lock (_lock)
        {
            _list = list;
            _isAlone = !list.Others.Any();
            foreach (var name in _peers.Keys.Except(list.Others.Select(node => node.Name)).ToList())
            {
                _peers.Remove(name);
            }

            foreach (var node in list.Others)
            {
                if (_peers.TryGetValue(node.Name, out var peer))
                {
                    peer.Node = node;
                }
                else
                {
                    _peers.Add(node.Name, new PeerHealth(node, _options, Now));
                }
            }

            Settle();
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_started);

    private void Change(string name, Action<PeerHealth> change)
    {
        lock (_lock)
        {
            if (_peers.TryGetValue(name, out var peer))
            {
                change(peer);
                Settle();
            }
        }
    }

    private void LetAllGo(string name)
    {
        _logger.LetsAllGo(name);
        _port.LetAllGo();
    }

    private static bool IsSettled(PeerHealth peer) => peer.Refusal is null && (peer.IsUp || peer.IsKnownDown);

    private static bool HasGiven(PeerHealth peer) => peer.IsKnownDown || (peer.IsUp && peer.GivenBy == peer.Incarnation && peer.GivenTerm > 0);

    // What follows from what is known now.
    private void Settle()
    {
        if (_stage == NodeStage.Waiting && _peers.Values.All(IsSettled))
        {
            _stage = NodeStage.Joining;
            _port.Announce(_stage);
        }

        GiveUp();
        var wasInDoubt = _isInDoubt;
        _isInDoubt = _peers.Values.Any(peer => peer.IsInDoubt);
        if (wasInDoubt && !_isInDoubt)
        {
            _port.GoOn();
        }

        if (_stage == NodeStage.Joining && _peers.Values.All(HasGiven))
        {
            _stage = NodeStage.Serving;
            _port.Announce(_stage);
            LookAgain();
            _logger.Serves(string.Join(", ", _view.Serving.Select(node => node.Name)));
            _port.GoOn();
        }
    }

    // Whoever is to have channels from now on is told so, once nothing here takes anything more for them.
    private void GiveUp()
    {
        var wins = new List<PeerHealth>();
        foreach (var peer in _peers.Values)
        {
            if (!peer.IsCandidate)
            {
                peer.GivenTo = 0;
            }
            else if (peer.GivenTo != peer.Incarnation)
            {
                // Of a node that serves already, this one may have had the channels; one that joins had none yet.
                peer.HadTaken = _stage == NodeStage.Serving && peer.Stage == NodeStage.Serving;
                peer.GivenTo = peer.Incarnation;
                peer.Term++;
                peer.IsTold = false;
                wins.Add(peer);
            }
        }

        if (!LookAgain() && wins.Count == 0)
        {
            return;
        }

        var terms = wins.ConvertAll(peer => (peer, peer.Incarnation, peer.Term));
        _port.AfterAllHaveSeen(() =>
        {
            lock (_lock)
            {
                foreach (var (peer, incarnation, term) in terms)
                {
                    if (peer.GivenTo == incarnation && peer.Term == term)
                    {
                        peer.IsTold = true;
                        _port.GiveUp(peer.Node, new GivenUp(incarnation, term, peer.HadTaken));
                    }
                }

                _port.LetGo();
            }
        });
    }

    private bool LookAgain()
    {
        var serving = _list.All.Where(node => node.Name == _list.Own.Name ? _stage == NodeStage.Serving : _peers[node.Name].IsCandidate).ToList();
        if (serving.SequenceEqual(_view.Serving))
        {
            return false;
        }

        Volatile.Write(ref _view, new NodeView(_list.Own, serving));
        return true;
    }

    private void GiveAllUp(NodeStage stage, Action then)
    {
        _stage = stage;
        _ = LookAgain();
        _port.GoOn();
        _port.AfterAllHaveSeen(() =>
        {
            lock (_lock)
            {
                _port.Announce(stage);
                _port.LetGo();
            }

            then();
        });
    }
}
