using System.Diagnostics.CodeAnalysis;

namespace Halley;

/// <summary>
/// The questions that a request was postponed for, and their answers. It is handled again when all are answered.
/// </summary>
public abstract class Postponement
{
    private readonly Lock _lock = new();
    private readonly List<(byte[] Question, Task Answer)> _questions = [];
    private int _open;

    /// <summary>Whether every question is answered. Any thread.</summary>
    public bool IsAnswered
    {
        get
        {
            lock (_lock)
            {
                return _open == 0;
            }
        }
    }

    /// <summary>Adds a question. On the request's dispatcher.</summary>
    /// <param name="question">The key by which the answer is found, together with its type.</param>
    public void Ask<T>(ReadOnlySpan<byte> question, Task<T> answer)
    {
        lock (_lock)
        {
            _questions.Add((question.ToArray(), answer));
            _open++;
        }

        answer.GetAwaiter().UnsafeOnCompleted(OnAnswered);
    }

    /// <summary>
    /// Keeps an answer that was there at once, for a request that is handled again: should it be postponed once more,
    /// nothing is done twice. On the request's dispatcher.
    /// </summary>
    public void Keep<T>(ReadOnlySpan<byte> question, T answer)
    {
        lock (_lock)
        {
            _questions.Add((question.ToArray(), Task.FromResult(answer)));
        }
    }

    /// <summary>Finds the answer to a question. On the request's dispatcher, while it is handled again.</summary>
    /// <param name="takes">Whether the answer is forgotten, so that the same may be asked again.</param>
    /// <returns>False where the question was not asked, or its answer was taken.</returns>
    public bool TryRecall<T>(ReadOnlySpan<byte> question, bool takes, [MaybeNullWhen(false)] out T answer)
    {
        lock (_lock)
        {
            for (var i = 0; i < _questions.Count; i++)
            {
                if (_questions[i].Answer is Task<T> task && question.SequenceEqual(_questions[i].Question))
                {
                    if (takes)
                    {
                        _questions.RemoveAt(i);
                    }

                    answer = task.GetAwaiter().GetResult();
                    return true;
                }
            }
        }

        answer = default;
        return false;
    }

    /// <summary>Has the request handled again, on its dispatcher. Any thread; locks may be held.</summary>
    protected abstract void Resume();

    private void OnAnswered()
    {
        lock (_lock)
        {
            if (--_open > 0)
            {
                return;
            }
        }

        Resume();
    }
}

/// <summary>
/// The one way for a handler to wait: <c>TryRecall(question, out answer) || TryAwait(question, begun, out answer)</c>.
/// Where both return false, the request is postponed; the handler returns, and recalls the answer when it is called
/// again.
/// </summary>
public static class Waiting
{
    /// <summary>Finds the answer to a question that this request was postponed for.</summary>
    public static bool TryRecall<T>(
        this IPostponable request, ReadOnlySpan<byte> question, [MaybeNullWhen(false)] out T answer)
    {
        if (request.Postponed is { } postponed)
        {
            return postponed.TryRecall(question, takes: false, out answer);
        }

        answer = default;
        return false;
    }

    /// <summary>Takes an answer that is ready, or postpones the request until it is.</summary>
    public static bool TryAwait<T>(
        this IPostponable request,
        ReadOnlySpan<byte> question,
        in ValueTask<T> pending,
        [MaybeNullWhen(false)] out T answer)
    {
        // Only a value that never was a task is ready. A task that has ended already is waited for like any other: it
        // came from outside of this process, where the next question may take longer, and then nothing may be done
        // twice for this one.
        if (pending.IsCompletedSuccessfully && pending.Result is var value && pending.Equals(new ValueTask<T>(value)))
        {
            request.Postponed?.Keep(question, value);
            answer = value;
            return true;
        }

        request.Postpone().Ask(question, pending.AsTask());
        answer = default;
        return false;
    }
}
