namespace Halley.Nodes.Forwarding;

/// <summary>Work that is to be tried again a little later, each on its own dispatcher. Any thread.</summary>
internal sealed class Retries
{
    private readonly Lock _lock = new();
    private List<(IWork Work, IDispatcher Dispatcher)> _waiting = [];

    public bool TryAdd(IWork work, IDispatcher dispatcher, int atMost)
    {
        lock (_lock)
        {
            if (_waiting.Count >= atMost)
            {
                return false;
            }

            _waiting.Add((work, dispatcher));
            return true;
        }
    }

    public void LetGo()
    {
        List<(IWork Work, IDispatcher Dispatcher)> released;
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                return;
            }

            (released, _waiting) = (_waiting, []);
        }

        foreach (var (work, dispatcher) in released)
        {
            dispatcher.Post(work);
        }
    }
}
