using Halley.Protocol;

namespace Halley.Nodes.Forwarding;

/// <summary>Requests that came before this node served. Any thread.</summary>
internal sealed class Postponed
{
    private readonly Lock _lock = new();
    private List<(TaskCompletionSource<bool> Serves, TimeSpan Until)> _waiting = [];

    /// <returns>False where as many wait as may, or it has waited already.</returns>
    public bool TryAdd(IExchange exchange, TimeSpan until, int atMost)
    {
        lock (_lock)
        {
            if (_waiting.Count >= atMost || exchange.Postponed is not null)
            {
                return false;
            }

            var serves = new TaskCompletionSource<bool>();
            exchange.Postpone().Ask("serves"u8, serves.Task);
            _waiting.Add((serves, until));
            return true;
        }
    }

    public void LetGo() => LetGoBefore(TimeSpan.MaxValue);

    public void LetGoBefore(TimeSpan now)
    {
        List<(TaskCompletionSource<bool> Serves, TimeSpan Until)> released;
        lock (_lock)
        {
            released = _waiting.FindAll(one => one.Until <= now);
            if (released.Count == 0)
            {
                return;
            }

            _waiting = _waiting.FindAll(one => one.Until > now);
        }

        foreach (var (serves, _) in released)
        {
            serves.SetResult(true);
        }
    }
}
