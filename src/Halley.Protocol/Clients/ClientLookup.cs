using Halley.Protocol.Answers;

namespace Halley.Protocol.Clients;

/// <summary>
/// A look at the held answers of one dispatcher, one after another and a slice at a time, so that a million of them
/// keep nobody waiting. Work of that dispatcher.
/// </summary>
/// <param name="answers">
/// The answers, in the order of their places; null where a place is free. Walked on the dispatcher.
/// </param>
/// <param name="limit">At most so many are found.</param>
/// <param name="describe">What is found of each.</param>
public sealed class ClientLookup(
    IEnumerable<HeldAnswer?> answers,
    ConnectionFilter filter,
    int limit,
    Func<HeldAnswer, ConnectedClient> describe) : IWork
{
    private readonly TaskCompletionSource<IReadOnlyList<ConnectedClient>> _found =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly List<ConnectedClient> _clients = [];
    private IEnumerator<HeldAnswer?>? _next;

    /// <summary>Those that are meant. Any thread.</summary>
    public Task<IReadOnlyList<ConnectedClient>> Found => _found.Task;

    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        try
        {
            return Look(ref budget);
        }
        catch (Exception failed)
        {
            _found.SetException(failed);
            return true;
        }
    }

    private bool Look(ref int budget)
    {
        _next ??= answers.GetEnumerator();
        for (; _clients.Count < limit; budget--)
        {
            if (budget <= 0)
            {
                return false;
            }

            if (!_next.MoveNext())
            {
                break;
            }

            if (_next.Current is { } answer && answer.IsMeantBy(filter))
            {
                _clients.Add(describe(answer));
            }
        }

        _found.SetResult(_clients);
        return true;
    }
}

/// <summary>The end of one held answer. Work of its dispatcher.</summary>
/// <param name="find">Finds it, on its dispatcher; null where there is none any more.</param>
public sealed class ClientEnd(Func<HeldAnswer?> find) : IWork
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether there was one. Any thread.</summary>
    public Task<bool> Done => _done.Task;

    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        budget--;
        _done.SetResult(find()?.EndPermission() == true);
        return true;
    }
}
