using Halley.Nodes.Forwarding;
using Halley.Nodes.Frames;
using Halley.Protocol.Links;

namespace Halley.Nodes.Links;

/// <summary>Another node, as this one reaches it: keeps a link open, and knows which requests wait for an answer over it. Any thread.</summary>
internal sealed class Peer(NodeEntry node, ILinkContext context)
{
    // Somebody has to change a configuration first.
    private static readonly TimeSpan RestAfterRefusal = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, Question> _waiting = [];
    private PeerLink? _opening;
    private PeerLink? _link;
    private bool _isDialling;
    private bool _isClosed;
    private TimeSpan _dialledAt;
    private TimeSpan _notBefore;
    private uint _lastId;
    private long _pings;

    public NodeEntry Node { get; } = node;

    /// <summary>Asks whether it is there, or dials it; and gives up what has waited too long. At each interval.</summary>
    public void Tick()
    {
        PeerLink? link, slow = null;
        List<Question> late = [];
        var dials = false;
        lock (_lock)
        {
            link = _link;
            if (!_isDialling && link is null && !_isClosed && context.Now >= _notBefore)
            {
                (dials, _isDialling, _dialledAt) = (true, true, context.Now);
            }
            else if (_isDialling && context.Now - _dialledAt > context.Options.Patience)
            {
                slow = _opening;
            }

            foreach (var (id, question) in _waiting)
            {
                if (context.Now >= question.Deadline)
                {
                    late.Add(question);
                    _waiting.Remove(id);
                }
            }
        }

        link?.Link.Send(new Ping(++_pings));
        slow?.Link.End("the handshake takes too long");
        late.ForEach(question => question.Failed(Trouble.TimedOut, Node));
        if (dials)
        {
            context.Dial(Node, Open, OnNotDialled);
        }
    }

    /// <summary>Asks it to carry a request out. Where that cannot be, the question is told so before this returns.</summary>
    public void Ask(Question question)
    {
        PeerLink? link;
        uint id = 0;
        var trouble = Trouble.NoLink;
        lock (_lock)
        {
            link = _link;
            if (link is not null && _waiting.Count >= context.Options.MaxWaiting)
            {
                (link, trouble) = (null, Trouble.TooMany);
            }

            if (link is not null)
            {
                id = ++_lastId;
                _waiting.Add(id, question);
            }
        }

        if (link is null)
        {
            question.Failed(trouble, Node);
            return;
        }

        // Where the link has ended meanwhile nothing is sent, and the question is told by the end.
        link.Link.Send(new Request(id, question.Method, question.IsForNode, question.Target, question.Body));
    }

    /// <summary>Says something, where there is a link.</summary>
    public void Say<T>(in T frame)
        where T : struct, IFrame
    {
        PeerLink? link;
        lock (_lock)
        {
            link = _link;
        }

        link?.Link.Send(frame);
    }

    /// <summary>The question that an answer belongs to, which now waits no more; null for one that has given up.</summary>
    public Question? Take(uint id)
    {
        lock (_lock)
        {
            return _waiting.Remove(id, out var question) ? question : null;
        }
    }

    /// <summary>The node is no more, or is cut off: ends the link. A further one is dialled unless it is closed.</summary>
    public void EndLink(string reason, bool closes)
    {
        PeerLink? link, opening;
        lock (_lock)
        {
            _isClosed |= closes;
            (link, opening) = (_link, _opening);
        }

        link?.Link.End(reason);
        opening?.Link.End(reason);
    }

    public void OnProven(PeerLink link, long incarnation)
    {
        lock (_lock)
        {
            (_link, _opening, _isDialling) = (link, null, false);
        }

        context.Members.OnLinked(Node.Name, incarnation);
        link.Link.Send(new Announcement(context.Members.Stage));
    }

    /// <param name="wasRefused">Nobody listens there.</param>
    /// <param name="wantsNone">It is there and wants no link.</param>
    public void OnLinkEnded(PeerLink link, bool wasRefused, bool wantsNone)
    {
        List<Question> lost = [];
        lock (_lock)
        {
            if (_opening == link)
            {
                (_opening, _isDialling) = (null, false);
                _notBefore = wantsNone ? context.Now + RestAfterRefusal : default;
            }

            if (_link == link)
            {
                _link = null;
                lost.AddRange(_waiting.Values);
                _waiting.Clear();
            }
        }

        lost.ForEach(question => question.Failed(Trouble.LinkLost, Node));
        if (!wantsNone)
        {
            context.Members.OnLinkEnded(Node.Name, wasRefused);
        }
    }

    private PeerLink Open(Link link)
    {
        var opened = new PeerLink(this, context, link);
        lock (_lock)
        {
            _opening = opened;
        }

        return opened;
    }

    private void OnNotDialled()
    {
        lock (_lock)
        {
            _isDialling = false;
        }
    }
}
