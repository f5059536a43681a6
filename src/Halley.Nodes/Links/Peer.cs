using Halley.Nodes.Forwarding;
using Halley.Protocol.Links;

namespace Halley.Nodes.Links;

/// <summary>Another node, as this one reaches it: by a lane for each thread. Any thread.</summary>
internal sealed class Peer(NodeEntry node, ILinkContext context)
{
    private readonly Lock _lock = new();
    private Lane[] _lanes = [];
    private bool _isClosed;
    private int _waiting;

    public NodeEntry Node { get; } = node;

    /// <summary>Keeps its lanes open. At each interval, by one thread.</summary>
    public void Tick()
    {
        lock (_lock)
        {
            if (_lanes.Length == 0 && !_isClosed)
            {
                Volatile.Write(ref _lanes, [.. context.Dispatchers.Select((dispatcher, i) => new Lane(this, context, dispatcher, isFirst: i == 0))]);
            }
        }

        // There is no use in the others before the first.
        var isThere = First?.IsOpen ?? false;
        foreach (var lane in _lanes.Where(lane => lane.IsFirst || lane.IsOpen || isThere))
        {
            lane.Tick();
        }
    }

    /// <summary>Asks it to carry a request out. Where that cannot be, the question is told so before this returns.</summary>
    /// <param name="from">The thread that asks.</param>
    public void Ask(Question question, IDispatcher from)
    {
        if (Interlocked.Increment(ref _waiting) > context.Options.MaxWaiting)
        {
            CountOut(1);
            question.Failed(Trouble.TooMany, Node);
        }
        else if (!(Own(from)?.TryAsk(question) ?? false) && !(First?.TryAsk(question) ?? false))
        {
            CountOut(1);
            question.Failed(Trouble.NoLink, Node);
        }
    }

    /// <summary>Says something about this node, where there is a link.</summary>
    public void Say<T>(in T frame)
        where T : struct, IFrame => First?.Say(frame);

    /// <summary>So many questions wait no more.</summary>
    public void CountOut(int questions) => Interlocked.Add(ref _waiting, -questions);

    /// <summary>The node is no more, or is cut off: ends its links. Further ones are dialled unless it is closed.</summary>
    public void End(string reason, bool closes)
    {
        lock (_lock)
        {
            _isClosed |= closes;
        }

        foreach (var lane in Volatile.Read(ref _lanes))
        {
            lane.End(reason, closes);
        }
    }

    /// <summary>It may be another process that is there next.</summary>
    public void OnFirstEnded()
    {
        foreach (var lane in Volatile.Read(ref _lanes).Skip(1))
        {
            lane.End("the first link to that node ended", closes: false);
        }
    }

    private Lane? First => Volatile.Read(ref _lanes).FirstOrDefault();

    private Lane? Own(IDispatcher dispatcher) => Array.Find(Volatile.Read(ref _lanes), lane => lane.Dispatcher == dispatcher);
}
