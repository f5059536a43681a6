namespace Halley;

/// <summary>
/// The thread that a group of subscribers lives on: it runs a queue of work, one piece at a time, in the order posted.
/// Ours is a reactor; an application's own host may put a serial queue on the thread pool behind it.
/// </summary>
public interface IDispatcher
{
    /// <summary>Queues work, to be run soon. Any thread; returns at once; may be called while locks are held.</summary>
    void Post(IWork work);

    /// <summary>The announcements that wait for it. Any thread.</summary>
    Backlog Backlog { get; }
}

/// <summary>
/// Work for a dispatcher, run in slices, so that a million deliveries do not keep everybody else waiting.
/// </summary>
public interface IWork
{
    /// <summary>Does some of the work, on the dispatcher. Never throws.</summary>
    /// <param name="budget">
    /// The small steps (a delivery, a publication) that may be done now; each one done is taken off.
    /// </param>
    /// <returns>True when nothing is left to do. False to be run again, after others have had their turn.</returns>
    bool Run(ref int budget);
}
