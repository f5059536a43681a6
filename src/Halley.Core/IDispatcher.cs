namespace Halley;

/// <summary>
/// The thread that a group of subscribers lives on: a queue of work, run one piece at a time, in the order posted. Ours is a reactor; an
/// application's own host may put a serial queue on the thread pool behind it.
/// </summary>
public interface IDispatcher
{
    /// <summary>Lets the dispatcher run this work soon. Any thread; returns at once; may be called while locks are held.</summary>
    void Post(IWork work);
}

/// <summary>Something a dispatcher runs, in slices, so that a million deliveries do not keep everybody else waiting.</summary>
public interface IWork
{
    /// <summary>Does some of the work, on the dispatcher. Never throws.</summary>
    /// <param name="budget">How many small steps (a delivery, a publication) may be done now; what is left is taken off.</param>
    /// <returns>True when nothing is left to do. False: run me again, after others had their turn.</returns>
    bool Run(ref int budget);
}
