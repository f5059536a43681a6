using System.Collections.Concurrent;

namespace Halley.Core.Tests;

/// <summary>
/// A dispatcher with a thread of its own, as a reactor has. What fails on it is thrown when it is stopped.
/// </summary>
internal sealed class ThreadDispatcher : IDispatcher
{
    private const int Slice = 16;

    private readonly BlockingCollection<IWork> _posted = [];
    private readonly Queue<IWork> _work = new();
    private readonly Thread _thread;
    private bool _isStopping;
    private Exception? _failure;

    public ThreadDispatcher()
    {
        _thread = new Thread(Run);
        _thread.Start();
    }

    public Backlog Backlog { get; } = new();

    public void Post(IWork work) => _posted.Add(work);

    public void Post(Action action) => Post(new OneStep(action));

    /// <summary>Runs what was posted to its end, and ends the thread.</summary>
    public void Stop()
    {
        Post(() => _isStopping = true);
        _thread.Join();
        Assert.Null(_failure);
    }

    private void Run()
    {
        try
        {
            while (!_isStopping || _work.Count > 0 || _posted.Count > 0)
            {
                if (_work.Count == 0 && _posted.TryTake(out var first, Timeout.Infinite))
                {
                    _work.Enqueue(first);
                }

                while (_posted.TryTake(out var next))
                {
                    _work.Enqueue(next);
                }

                Assert.Equal(_work.Count, _work.Distinct().Count());
                if (_work.TryDequeue(out var work))
                {
                    var budget = Slice;
                    if (!work.Run(ref budget))
                    {
                        _work.Enqueue(work);
                    }
                }
            }
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
    }

    private sealed class OneStep(Action action) : IWork
    {
        public bool Run(ref int budget)
        {
            budget--;
            action();
            return true;
        }
    }
}
