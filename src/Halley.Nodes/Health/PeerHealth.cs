namespace Halley.Nodes.Health;

/// <summary>
/// What this node knows of another one: whether it is there, which incarnation of it, and what it says it does. It goes down when it is silent, or when
/// nobody listens where it was; it comes up after several answers in a row. Not thread-safe: under the lock of <see cref="Membership"/>.
/// </summary>
internal sealed class PeerHealth(NodeEntry node, NodeOptions options, TimeSpan now)
{
    // It was there a moment ago, and is asked again only now and then: that it is gone is believed so many times later.
    private const int RefusalLasts = 5;

    private int _inRow;

    // It may publish to our channels, for all we know: it has not said that it takes us for one that serves.
    private bool _mayHaveTaken;

    public NodeEntry Node { get; set; } = node;

    /// <summary>Which process of that name it is; 0 before it was ever linked.</summary>
    public long Incarnation { get; private set; }

    public NodeStage Stage { get; private set; }

    public bool IsUp { get; private set; }

    /// <summary>Whether it is known to be no hindrance: gone, or silent for long enough.</summary>
    public bool IsKnownDown { get; private set; }

    /// <summary>Why it wants no link with us although it is there; null where it does.</summary>
    public string? Refusal { get; private set; }

    /// <summary>When something was heard of it last, or when it was first looked for.</summary>
    public TimeSpan LastHeard { get; private set; } = now;

    public int Channels { get; set; }

    public int Subscribers { get; set; }

    /// <summary>Whether it has to be heard first: this process stood still, and it may have missed it and taken its channels.</summary>
    public bool IsInDoubt { get; private set; }

    /// <summary>Whether it is to have channels.</summary>
    public bool IsCandidate => IsUp && Stage is (NodeStage.Joining or NodeStage.Serving);

    // ---- What this node has given up for it, and what it has given up for this node.

    /// <summary>The incarnation that was a candidate last; 0 where it is none.</summary>
    public long GivenTo { get; set; }

    /// <summary>How often that incarnation was given its channels.</summary>
    public int Term { get; set; }

    public bool HadTaken { get; set; }

    /// <summary>Whether it has been told so in this term: only after nobody here takes anything more.</summary>
    public bool IsTold { get; set; }

    public long GivenBy { get; set; }

    public int GivenTerm { get; set; }

    /// <summary>A link to it was opened, and it has shown that it knows the key.</summary>
    /// <returns>
    /// Whether it is another process than one that may have published to our channels before it ended, cut off from us: nobody can tell any more.
    /// </returns>
    public bool OnLinked(long incarnation, TimeSpan now)
    {
        Refusal = null;
        IsKnownDown = false;
        LastHeard = now;
        _inRow = 0;
        if (incarnation == Incarnation)
        {
            return false;
        }

        // Another process: the one that was there is gone, and what it had.
        var mayHaveTaken = _mayHaveTaken;
        _mayHaveTaken = false;
        IsInDoubt = false;
        IsUp = false;
        Incarnation = incarnation;
        Stage = NodeStage.Waiting;
        (GivenTo, Term) = (0, 0);
        return mayHaveTaken;
    }

    /// <summary>It answered.</summary>
    /// <param name="term">In which term it has given up for us what is ours; 0 where it does not take us for one that serves.</param>
    public void OnHeard(NodeStage stage, int term, TimeSpan now)
    {
        LastHeard = now;
        Stage = stage;
        _mayHaveTaken = term == 0 || GivenBy != Incarnation || GivenTerm < term;
        IsInDoubt &= _mayHaveTaken;
        if (++_inRow >= options.UpAfter && stage != NodeStage.Leaving)
        {
            IsUp = true;
        }
    }

    /// <summary>It said by itself what it does.</summary>
    public void OnAnnounced(NodeStage stage)
    {
        Stage = stage;
        if (stage == NodeStage.Leaving)
        {
            GoDown();
        }
    }

    /// <summary>The link to it has ended, or could not be opened.</summary>
    /// <param name="wasRefused">Nobody listens there: its process is gone.</param>
    public void OnLinkEnded(bool wasRefused)
    {
        _inRow = 0;
        if (wasRefused)
        {
            GoDown();
        }
    }

    /// <summary>It is there and wants no link, or does not know the key.</summary>
    public void OnRefused(string why, TimeSpan now)
    {
        GoDown();
        _mayHaveTaken = true;
        IsKnownDown = false;
        Refusal = why;
        LastHeard = now;
    }

    /// <summary>Time has passed: who has been silent for too long goes down.</summary>
    public void OnTick(TimeSpan now)
    {
        if (now - LastHeard > options.Patience * (Refusal is null ? 1 : RefusalLasts) && (IsUp || !IsKnownDown))
        {
            _mayHaveTaken |= Incarnation != 0;
            GoDown();
        }
    }

    /// <summary>This process stood still itself: nobody was silent meanwhile that it would know of, and anybody may have taken it for down.</summary>
    /// <param name="wasMissed">For so long that it counted as down.</param>
    public void Forgive(TimeSpan gap, bool wasMissed)
    {
        LastHeard += gap;
        IsInDoubt |= wasMissed && IsUp;
        _mayHaveTaken = Incarnation != 0;
    }

    private void GoDown()
    {
        IsUp = false;
        IsInDoubt = false;
        IsKnownDown = true;
        Refusal = null;
        _inRow = 0;
    }
}
