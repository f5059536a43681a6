namespace Halley.Nodes;

/// <summary>How nodes speak with each other; whoever is built with it copies what it needs.</summary>
public sealed class NodeOptions
{
    /// <summary>The shortest key there may be, in bytes.</summary>
    public const int MinKeyBytes = 16;

    /// <summary>What all nodes know and nobody else: at least <see cref="MinKeyBytes"/> bytes.</summary>
    public required byte[] Key { get; init; }

    /// <summary>How often another node is asked whether it is there. Default 250 ms.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>After how many intervals without a word a node counts as down. Default 8.</summary>
    public int DownAfter { get; init; } = 8;

    /// <summary>How many answers in a row bring it up again. Default 3.</summary>
    public int UpAfter { get; init; } = 3;

    /// <summary>How long a publisher's request may take that another node carries out. Default 2 seconds.</summary>
    public TimeSpan ForwardTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many of them may wait for one node; a further one is refused. Default 10,000.</summary>
    public int MaxWaiting { get; init; } = 10_000;

    /// <summary>Whether subscribers whose channel another node has are served here for it, rather than sent there. Default: they are sent there.</summary>
    public bool RelaysSubscribers { get; init; }

    /// <summary>How many subscribers may be served for others; a further one is refused. Default 10,000.</summary>
    public int MaxRelayed { get; init; } = 10_000;

    /// <summary>The longest request that is passed on, in bytes. Default 130 MiB: what the port of publishers takes by default.</summary>
    public int MaxRequestBytes { get; init; } = 130 << 20;

    /// <summary>How long a node may say nothing before it counts as down.</summary>
    public TimeSpan Patience => CheckInterval * DownAfter;
}
