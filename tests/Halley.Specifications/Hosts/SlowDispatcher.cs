namespace Halley.Specifications.Hosts;

/// <summary>Another reactor, which comes to its work when the test lets it.</summary>
public sealed class SlowDispatcher : IDispatcher
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<IWork> _posted = new();

    public Backlog Backlog { get; } = new();

    public void Post(IWork work) => _posted.Enqueue(work);

    public void RunAll()
    {
        while (_posted.TryDequeue(out var work))
        {
            var budget = int.MaxValue;
            Assert.True(work.Run(ref budget));
        }
    }
}
