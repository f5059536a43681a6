using Halley.Nodes.Forwarding;
using Halley.Nodes.Frames;
using Halley.Protocol.Links;

namespace Halley.Nodes.Links;

/// <summary>
/// One link to another node, kept open: dialled again when it has ended; and the requests that wait for an answer over it. There is one for each thread, so that
/// none has to wake another to pass a request on. Any thread.
/// </summary>
internal sealed class Lane(Peer peer, ILinkContext context, IDispatcher dispatcher, bool isFirst)
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
    private long _pongs;

    public Peer Peer => peer;

    public IDispatcher Dispatcher => dispatcher;

    /// <summary>Whether it is the one that tells how the node is; the others carry requests alone.</summary>
    public bool IsFirst => isFirst;

    public bool IsOpen
    {
        get
        {
            lock (_lock)
            {
                return _link is not null;
            }
        }
    }

    /// <summary>Asks whether it is there, or dials it; and gives up what has waited too long. At each interval.</summary>
    public void Tick()
    {
        PeerLink? link, slow = null;
        List<Question> late = [];
        var dials = false;
        var isSilent = false;
        long ping;
        lock (_lock)
        {
            link = _link;
            if (link is not null)
            {
                // Counted rather than timed: who stood still itself has heard nobody, and asked nobody either.
                isSilent = ++_pings - _pongs > context.Options.DownAfter;
            }
            else if (!_isDialling && !_isClosed && context.Now >= _notBefore)
            {
                (dials, _isDialling, _dialledAt) = (true, true, context.Now);
            }
            else if (_isDialling && context.Now - _dialledAt > context.Options.Patience)
            {
                slow = _opening;
            }

            ping = _pings;
            foreach (var (id, question) in _waiting)
            {
                if (context.Now >= question.Deadline)
                {
                    late.Add(question);
                    _waiting.Remove(id);
                }
            }
        }

        if (isSilent)
        {
            link!.Link.End("it is silent");
        }
        else
        {
            link?.Link.Send(new Ping(ping));
        }

        slow?.Link.End("the handshake takes too long");
        peer.CountOut(late.Count);
        late.ForEach(question => question.Failed(Trouble.TimedOut, peer.Node));
        if (dials)
        {
            context.Dial(peer.Node, dispatcher, Open, OnNotDialled);
        }
    }

    /// <summary>Asks the node to carry a request out.</summary>
    /// <returns>False where there is no link: nothing was sent, and the question not told.</returns>
    public bool TryAsk(Question question)
    {
        PeerLink? link;
        uint id;
        lock (_lock)
        {
            link = _link;
            if (link is null)
            {
                return false;
            }

            id = ++_lastId;
            _waiting.Add(id, question);
        }

        // Where the link has ended meanwhile nothing is sent, and the question is told by the end.
        link.Link.Send(new Request(id, question.Method, question.IsForNode, question.Target, question.Body));
        return true;
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
        Question? question;
        lock (_lock)
        {
            if (!_waiting.Remove(id, out question))
            {
                return null;
            }
        }

        peer.CountOut(1);
        return question;
    }

    /// <summary>Ends the link. A further one is dialled unless it is closed.</summary>
    public void End(string reason, bool closes)
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
            _pings = _pongs = 0;
        }

        if (isFirst)
        {
            context.Members.OnLinked(peer.Node.Name, incarnation);
            link.Link.Send(new Announcement(context.Members.Stage));
        }
    }

    public void OnPong(in Pong pong)
    {
        lock (_lock)
        {
            _pongs = Math.Max(_pongs, pong.Number);
        }

        if (isFirst)
        {
            context.Members.OnHeard(peer.Node.Name, pong.Stage, pong.Term, pong.Channels, pong.Subscribers);
        }
    }

    /// <summary>It is there and wants no link, or does not know the key.</summary>
    public void OnRefused(string why)
    {
        if (isFirst)
        {
            context.Members.OnRefused(peer.Node.Name, why);
        }
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

        peer.CountOut(lost.Count);
        lost.ForEach(question => question.Failed(Trouble.LinkLost, peer.Node));
        if (isFirst)
        {
            peer.OnFirstEnded();
            if (!wantsNone)
            {
                context.Members.OnLinkEnded(peer.Node.Name, wasRefused);
            }
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
