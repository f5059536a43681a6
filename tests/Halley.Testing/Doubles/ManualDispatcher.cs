using System.Collections.Concurrent;

namespace Halley.Testing.Doubles;

/// <summary>
/// A dispatcher whose thread is the test: what is posted, by any thread, waits until it is told to run.
/// </summary>
public sealed class ManualDispatcher : IDispatcher
{
    private readonly ConcurrentQueue<IWork> _posted = new();

    /// <summary>How many pieces of work wait.</summary>
    public int Waiting => _posted.Count;

    public Backlog Backlog { get; } = new();

    public void Post(IWork work) => _posted.Enqueue(work);

    /// <summary>Gives the first piece of work one slice; what is not finished goes to the end of the queue.</summary>
    /// <returns>How many steps of the slice it used.</returns>
    public int RunSlice(int budget)
    {
        if (!_posted.TryDequeue(out var work))
        {
            return 0;
        }

        var left = budget;
        if (!work.Run(ref left))
        {
            _posted.Enqueue(work);
        }

        return budget - left;
    }

    /// <summary>Runs until nothing waits.</summary>
    /// <param name="slice">How many steps a piece of work may do before the others have their turn.</param>
    public void RunAll(int slice = int.MaxValue)
    {
        while (!_posted.IsEmpty)
        {
            RunSlice(slice);
        }
    }
}
