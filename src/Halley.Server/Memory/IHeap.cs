namespace Halley.Server.Memory;

/// <summary>The heap: what the garbage collector has, and what it can be asked for.</summary>
internal interface IHeap
{
    /// <summary>Bytes that it has from the system.</summary>
    long Committed { get; }

    /// <summary>Bytes that were allocated since the start.</summary>
    long Allocated { get; }

    /// <summary>The number of the last collection of everything, and how many bytes were alive then.</summary>
    (long Number, long Live) LastFull { get; }

    /// <summary>Begins a collection of everything that lets the others go on meanwhile.</summary>
    void Collect();

    /// <summary>
    /// Collects what is new: a millisecond. With each, the collector gives back some of what has been free for long
    /// enough.
    /// </summary>
    void CollectYoung();

    /// <summary>
    /// Moves what is alive together and gives the rest back to the system. Everything stands still meanwhile.
    /// </summary>
    void Compact();
}
