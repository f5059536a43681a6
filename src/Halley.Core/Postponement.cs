namespace Halley;

/// <summary>What a request waits for: the questions asked for its sake, and how they were answered. It goes on when all are answered.</summary>
public abstract class Postponement
{
    private readonly Lock _lock = new();
    private readonly List<(byte[] Channel, FindStatus Status)> _answers = [];
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
    /// <param name="status">Found, or why not; the request is told that when it asks again. Asked: the question means nothing any more.</param>
    public void Answer(byte[] channel, FindStatus status)
    {
        lock (_lock)
        {
            _answers.Add((channel, status));
            if (--_questions > 0)
            {
                return;
            }
        }

        GoOn();
    }

    /// <summary>What was answered last for this request about a channel; null where it was not asked for.</summary>
    public FindStatus? AnswerFor(ReadOnlySpan<byte> channel)
    {
        lock (_lock)
        {
            for (var i = _answers.Count - 1; i >= 0; i--)
            {
                if (channel.SequenceEqual(_answers[i].Channel))
                {
                    return _answers[i].Status;
                }
            }
        }

        return null;
    }

    /// <summary>Lets the request be handled again, on its dispatcher. Any thread; locks may be held.</summary>
    protected abstract void GoOn();
}
