namespace Halley;

/// <summary>What a request waits for: the questions asked for its sake, and which of them were refused. It goes on when all are answered.</summary>
public abstract class Postponement
{
    private readonly Lock _lock = new();
    private List<(byte[] Channel, FindStatus Refusal)>? _refusals;
    private int _questions;

    /// <summary>Whether it waits for nothing more.</summary>
    public bool IsAnswered
    {
        get
        {
            lock (_lock)
            {
                return _questions == 0;
            }
        }
    }

    /// <summary>One question more. On the request's dispatcher.</summary>
    public void Ask()
    {
        lock (_lock)
        {
            _questions++;
        }
    }

    /// <summary>A question is answered. Any thread; locks may be held.</summary>
    /// <param name="channel">What was asked for.</param>
    /// <param name="status">Found, or why not; the request is told that when it asks again.</param>
    public void Answer(byte[] channel, FindStatus status)
    {
        lock (_lock)
        {
            if (status != FindStatus.Found)
            {
                (_refusals ??= []).Add((channel, status));
            }

            if (--_questions > 0)
            {
                return;
            }
        }

        GoOn();
    }

    /// <summary>What was refused for this request before; Found where nothing was.</summary>
    public FindStatus RefusalOf(ReadOnlySpan<byte> channel)
    {
        lock (_lock)
        {
            foreach (var (name, refusal) in _refusals ?? [])
            {
                if (channel.SequenceEqual(name))
                {
                    return refusal;
                }
            }
        }

        return FindStatus.Found;
    }

    /// <summary>Lets the request be handled again, on its dispatcher. Any thread; locks may be held.</summary>
    protected abstract void GoOn();
}
