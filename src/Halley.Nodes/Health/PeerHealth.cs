namespace Halley.Nodes.Health;

/// <summary>
/// What this node knows of another one: whether it is there, which incarnation of it, and what it says it does. It goes down when it is silent, or when
/// nobody listens where it was; it comes up after several answers in a row. Not thread-safe: under the lock of <see cref="Membership"/>.
/// </summary>
internal sealed class PeerHealth(NodeEntry node, NodeOptions options, TimeSpan now)
{
    private int _inRow;
    private bool _wasLostSilent;

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
    /// Whether it is another process than the one that went silent and was never heard of again: cut off, that one may have published to our channels before
    /// it ended, and nobody can tell any more.
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
        var mayHaveTaken = _wasLostSilent;
        _wasLostSilent = false;
        IsUp = false;
        Incarnation = incarnation;
        Stage = NodeStage.Waiting;
        (GivenTo, Term) = (0, 0);
        return mayHaveTaken;
    }

    /// <summary>It answered.</summary>
    public void OnHeard(NodeStage stage, TimeSpan now)
    {
        LastHeard = now;
        Stage = stage;
        if (++_inRow >= options.UpAfter && stage != NodeStage.Leaving)
        {
            IsUp = true;
            _wasLostSilent = false;
        }
    }

    /// <summary>It said by itself what it does.</summary>
    public void OnAnnounced(NodeStage stage)
    {
        Stage = stage;
        if (stage == NodeStage.Leaving)
        {
            GoDown(isSilent: false);
        }
    }

    /// <summary>The link to it has ended, or could not be opened.</summary>
    /// <param name="wasRefused">Nobody listens there: its process is gone.</param>
    public void OnLinkEnded(bool wasRefused)
    {
        _inRow = 0;
        if (wasRefused)
        {
            GoDown(isSilent: false);
        }
    }

    /// <summary>It is there and wants no link, or does not know the key.</summary>
    public void OnRefused(string why, TimeSpan now)
    {
        GoDown(isSilent: false);
        IsKnownDown = false;
        Refusal = why;
        LastHeard = now;
    }

    /// <summary>Time has passed.</summary>
    /// <returns>Whether it has been silent for too long, as was not known before.</returns>
    public bool OnTick(TimeSpan now)
    {
        if (now - LastHeard <= options.Patience || (IsKnownDown && !IsUp))
        {
            return false;
        }

        GoDown(isSilent: IsUp || _wasLostSilent);
        return true;
    }

    /// <summary>This process stood still itself: nobody was silent meanwhile that it would know of.</summary>
    public void Forgive(TimeSpan gap) => LastHeard += gap;

    private void GoDown(bool isSilent)
    {
        _wasLostSilent = isSilent;
        IsUp = false;
        IsKnownDown = true;
        Refusal = null;
        _inRow = 0;
    }
}
