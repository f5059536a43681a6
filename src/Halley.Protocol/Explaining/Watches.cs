using Halley.Protocol.Clients;

namespace Halley.Protocol.Explaining;

/// <summary>
/// The watches of this process. While there is none, a connection costs no more than the question whether there is. Any
/// thread.
/// </summary>
public sealed class Watches(TimeProvider time) : IDisposable
{
    /// <summary>The most that is watched at once.</summary>
    public const int Most = 16;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private volatile Watch[] _all = [];
    private ITimer? _timer;

    /// <summary>Those that there are; nearly always none.</summary>
    internal Watch[] All => _all;

    internal TimeProvider Time => time;

    /// <summary>Watches some clients for a time from now on, or for longer.</summary>
    /// <returns>Null where as much is watched as may be.</returns>
    public Watch? Begin(ConnectionFilter filter, TimeSpan duration)
    {
        lock (_lock)
        {
            var watch = Array.Find(_all, other => other.IsFor(filter));
            if (watch is null)
            {
                if (_all.Length >= Most)
                {
                    return null;
                }

                watch = new Watch(filter);
                watch.Extend(time.GetUtcNow() + duration);
                _all = [.. _all, watch];
                _timer ??= time.CreateTimer(_ => Look(), null, BetweenLooks, BetweenLooks);
            }

            watch.Extend(time.GetUtcNow() + duration);
            return watch;
        }
    }

    public void Dispose() => _timer?.Dispose();

    // What nobody has asked about for its time is forgotten, with all that was noted.
    private void Look()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            foreach (var watch in _all.Where(watch => watch.Until <= now))
            {
                watch.ForgetAt(now);
            }

            _all = [.. _all.Where(watch => watch.Until > now)];
            if (_all.Length == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }
}
