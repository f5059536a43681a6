using System.Security.Cryptography;
using System.Text;
using Halley.Nodes.Forwarding;
using Halley.Nodes.Frames;
using Halley.Nodes.Health;
using Halley.Nodes.Links;
using Halley.Nodes.Relaying;
using Halley.Protocol;
using Halley.Protocol.Links;
using Microsoft.Extensions.Logging;

namespace Halley.Nodes;

/// <summary>
/// This node among the others: knows who serves, passes on what is another's, carries out what others pass on, and gives up channels that are not its own any
/// more. Any thread. Made before the engine, since its handlers stand before a dialect's; started with it.
/// </summary>
public sealed class Cluster : ILinkContext, IMembershipPort, IDisposable
{
    // Frames of the handshake are some 120 bytes and a name.
    private const int MaxHandshakeFrame = 1024;

    // What a frame has beside a request.
    private const int Room = 4096;

    // Who has not shown that it knows the key. After a restart every thread of every other node may come at once; each costs a buffer of 64 KB.
    private const int MaxUnproven = 256;

    private static readonly TimeSpan TimeBetweenRefusals = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PatienceToLeave = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Peer> _peers = new(StringComparer.Ordinal);
    private readonly List<GuestLink> _guests = [];
    private readonly Hub _hub;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly LinkOptions _linkOptions;
    private readonly Retries _retries = new();
    private readonly Postponed _postponed = new();
    private readonly Relays? _relays;
    private ITimer? _clock;
    private INodeHost? _host;
    private IRequestTaker? _requests;
    private TimeSpan _lastRefusal = -TimeBetweenRefusals;
    private uint _sweeps;

    public Cluster(NodeList list, NodeOptions options, Hub hub, TimeProvider time, ILogger logger)
    {
        _hub = hub;
        _time = time;
        _started = time.GetTimestamp();
        Options = options;
        _relays = options.RelaysSubscribers ? new Relays(options, time) : null;
        Logger = logger;
        MaxFrameBytes = (int)Math.Min(Array.MaxLength, (long)options.MaxRequestBytes + Room);
        _linkOptions = new LinkOptions(MaxHandshakeFrame, MaxQueuedBytes: 2L * MaxFrameBytes);
        Members = new Membership(list, options, BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue, time, this, logger);
        Adopt(list);
    }

    /// <summary>Who has which channel, as far as is known now.</summary>
    public NodeView View => Members.View;

    public NodeStage Stage => Members.Stage;

    /// <summary>Whether what is this node's may be another's by now: it is left alone until that is known.</summary>
    internal bool IsInDoubt => Members.IsInDoubt;

    /// <summary>This node's entry.</summary>
    public NodeEntry Own => Members.List.Own;

    /// <summary>For whom it waits before it serves, and why.</summary>
    public IReadOnlyList<string> WaitsFor() => Members.WaitsFor();

    /// <summary>What is known of the nodes: this one first, then the others by name.</summary>
    public IReadOnlyList<NodeReport> Report() =>
        [new NodeReport(Own.Name, Stage.ToString().ToLowerInvariant(), Own.Front, _hub.ChannelCount, _hub.SubscriberCount, null), .. Members.Report()];

    /// <summary>What is to stand before the handler of publishers and operators.</summary>
    public IRequestHandler StandBeforeAdmin(IRequestHandler admin)
    {
        var handler = new NodeAdmin(this, admin);
        _requests = handler;
        return handler;
    }

    /// <summary>What is to stand before the handler of subscribers.</summary>
    public IRequestHandler StandBeforeFront(IRequestHandler front) => new NodeFront(this, front, _relays);

    /// <summary>What hears a link that another node has dialled.</summary>
    public ILinkHandler Accept(Link link)
    {
        var guest = new GuestLink(this, link, Forget);
        lock (_lock)
        {
            _guests.Add(guest);
            if (_guests.Count(one => !one.IsProven) <= MaxUnproven)
            {
                return guest;
            }
        }

        link.End("too many have not shown that they know the key");
        return guest;
    }

    /// <summary>The limits of the links that are accepted and dialled.</summary>
    public LinkOptions LinkOptions => _linkOptions;

    /// <summary>Begins to look for the others.</summary>
    public void Start(INodeHost host)
    {
        _host = host;
        _clock = _time.CreateTimer(_ => Tick(), null, TimeSpan.Zero, Options.CheckInterval);
    }

    /// <summary>Gives this node's channels up, so that it can be stopped.</summary>
    /// <returns>False where no other node serves.</returns>
    public bool TryDrain() => Members.TryDrain();

    /// <summary>Other nodes are to be there from now on; this one keeps its name.</summary>
    public void Update(NodeList list)
    {
        Members.Update(list);
        Adopt(list);
    }

    /// <summary>Tells the others that this node stops, so that they need not wait until it is missed. Before the engine stops.</summary>
    public void Leave()
    {
        using var told = new ManualResetEventSlim();

        // What was said is sent when every thread has had a turn once more.
        Members.Leave(() => AfterAllHaveSeen(told.Set));
        told.Wait(PatienceToLeave);
    }

    /// <summary>After the engine has stopped.</summary>
    public void Dispose()
    {
        _clock?.Dispose();
        _relays?.Dispose();
    }

    // ---- For what stands before the handlers

    internal bool IsKnown(ReadOnlySpan<byte> name) => Members.List.Find(name) is not null;

    /// <summary>Asks another node to carry a request out; the question is told where that cannot be.</summary>
    /// <param name="from">The thread that asks.</param>
    internal void Ask(NodeEntry node, Question question, IDispatcher from)
    {
        Peer? peer;
        lock (_lock)
        {
            peer = _peers.GetValueOrDefault(node.Name);
        }

        if (peer is null)
        {
            question.Failed(Trouble.NoLink, node);
        }
        else
        {
            peer.Ask(question, from);
        }
    }

    /// <summary>When a question that is asked now has waited long enough.</summary>
    internal TimeSpan NewDeadline() => Now + Options.ForwardTimeout;

    /// <summary>Lets some work be done again at the next interval, or when something has changed.</summary>
    /// <returns>False where as many wait as may.</returns>
    internal bool TryAgainLater(IWork work, IDispatcher dispatcher) => _retries.TryAdd(work, dispatcher, Options.MaxWaiting);

    /// <summary>Puts a request off until this node serves, for a while.</summary>
    /// <returns>False where it has waited long enough, or as many wait as may.</returns>
    internal bool TryPostpone(IExchange exchange) => _postponed.TryAdd(exchange, NewDeadline(), Options.MaxWaiting);

    // ---- For the links

    long ILinkContext.Incarnation => Members.Incarnation;

    NodeList ILinkContext.List => Members.List;

    IRequestTaker ILinkContext.Requests => _requests!;

    (int Channels, int Subscribers) ILinkContext.Counts => (_hub.ChannelCount, _hub.SubscriberCount);

    /// <summary>How this node speaks with others.</summary>
    public NodeOptions Options { get; }

    internal Membership Members { get; }

    Membership ILinkContext.Members => Members;

    internal ILogger Logger { get; }

    ILogger ILinkContext.Logger => Logger;

    internal int MaxFrameBytes { get; }

    int ILinkContext.MaxFrameBytes => MaxFrameBytes;

    internal TimeSpan Now => _time.GetElapsedTime(_started);

    TimeSpan ILinkContext.Now => Now;

    void ILinkContext.OnRefused(string why)
    {
        lock (_lock)
        {
            if (Now - _lastRefusal < TimeBetweenRefusals)
            {
                return;
            }

            _lastRefusal = Now;
        }

        Logger.LinkRefused(why);
    }

    IReadOnlyList<IDispatcher> ILinkContext.Dispatchers => _host?.Dispatchers ?? [];

    void ILinkContext.Dial(NodeEntry node, IDispatcher dispatcher, Func<Link, ILinkHandler> handler, Action whenFailed) =>
        _host!.Dial(node.Host, node.Port, dispatcher, _linkOptions, handler, whenFailed);

    // ---- For the membership

    void IMembershipPort.Announce(NodeStage stage)
    {
        foreach (var peer in Peers())
        {
            peer.Say(new Announcement(stage));
        }
    }

    void IMembershipPort.GiveUp(NodeEntry to, GivenUp said) => Peers().FirstOrDefault(peer => peer.Node.Name == to.Name)?.Say(said);

    void IMembershipPort.AfterAllHaveSeen(Action then) => AfterAllHaveSeen(then);

    void IMembershipPort.LetGo()
    {
        Sweep(name => !View.IsOwn(name));
        _relays?.LetGoWhatMoved(() => View);
    }

    void IMembershipPort.LetAllGo() => Sweep(name => View.IsOwn(name));

    void IMembershipPort.GoOn()
    {
        _postponed.LetGo();
        _retries.LetGo();
    }

    private void AfterAllHaveSeen(Action then)
    {
        var dispatchers = _host?.Dispatchers ?? [];
        var all = new Turns(dispatchers.Count, then);
        foreach (var dispatcher in dispatchers)
        {
            dispatcher.Post(all);
        }
    }

    private void Sweep(ChannelPredicate moves)
    {
        if (_host?.Dispatchers is { Count: > 0 } dispatchers)
        {
            var dispatcher = dispatchers[(int)(Interlocked.Increment(ref _sweeps) % (uint)dispatchers.Count)];
            dispatcher.Post(_hub.MoveWhere(moves, count =>
            {
                if (count > 0)
                {
                    Logger.LetGo(count);
                }
            }));
        }
    }

    private Peer[] Peers()
    {
        lock (_lock)
        {
            return [.. _peers.Values];
        }
    }

    private void Tick()
    {
        Members.Tick();
        foreach (var peer in Peers())
        {
            peer.Tick();
        }

        List<GuestLink> slow;
        lock (_lock)
        {
            slow = [.. _guests.Where(guest => !guest.IsProven && Now - guest.Since > Options.Patience)];
        }

        slow.ForEach(guest => guest.Link.End("the handshake takes too long"));
        _postponed.LetGoBefore(Now);
        _retries.LetGo();
    }

    // Takes up nodes that are new, or elsewhere now, and lets those go that are listed no more.
    private void Adopt(NodeList list)
    {
        List<Peer> gone = [];
        List<GuestLink> strangers;
        lock (_lock)
        {
            foreach (var (name, peer) in _peers.ToList())
            {
                if (list.Find(Encoding.UTF8.GetBytes(name)) is not { } entry || (entry.Host, entry.Port) != (peer.Node.Host, peer.Node.Port))
                {
                    gone.Add(peer);
                    _peers.Remove(name);
                }
            }

            foreach (var node in list.Others.Where(node => !_peers.ContainsKey(node.Name)))
            {
                _peers.Add(node.Name, new Peer(node, this));
            }

            strangers = [.. _guests.Where(guest => guest.Node is { } node && list.Find(node.Utf8Name) is null)];
        }

        gone.ForEach(peer => peer.End("the node is listed no more", closes: true));
        strangers.ForEach(guest => guest.Link.End("the node is listed no more"));
    }

    private void Forget(GuestLink guest)
    {
        lock (_lock)
        {
            _guests.Remove(guest);
        }
    }

    // Every dispatcher runs it once; with the last one it is done.
    private sealed class Turns(int count, Action then) : IWork
    {
        private int _left = count;

        public bool Run(ref int budget)
        {
            if (Interlocked.Decrement(ref _left) == 0)
            {
                then();
            }

            return true;
        }
    }
}
