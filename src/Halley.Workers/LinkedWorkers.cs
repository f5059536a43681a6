namespace Halley.Workers;

/// <summary>The workers that are linked to the main process, for questions to all of them. Any thread.</summary>
public sealed class LinkedWorkers
{
    private readonly Lock _lock = new();
    private readonly List<WorkerDesk> _desks = [];

    internal void Add(WorkerDesk desk)
    {
        lock (_lock)
        {
            _desks.Add(desk);
        }
    }

    internal void Remove(WorkerDesk desk)
    {
        lock (_lock)
        {
            _desks.Remove(desk);
        }
    }

    /// <summary>Asks every worker; one that ends meanwhile has no answer.</summary>
    public async ValueTask<IReadOnlyList<byte[]>> Survey(string question, byte[] argument)
    {
        var asked = Array.ConvertAll(Desks(), desk => desk.Survey(question, argument).AsTask());
        return [.. (await Task.WhenAll(asked).ConfigureAwait(false)).SelectMany(answers => answers)];
    }

    /// <summary>The same, with the number of who answered.</summary>
    public async Task<IReadOnlyList<(int Number, byte[] Answer)>> AskAll(string question, byte[] argument)
    {
        var answers = await Task.WhenAll(Array.ConvertAll(Desks(), Ask)).ConfigureAwait(false);
        return [.. answers.SelectMany(some => some)];

        async Task<IEnumerable<(int Number, byte[] Answer)>> Ask(WorkerDesk desk) =>
            (await desk.Survey(question, argument).ConfigureAwait(false)).Select(answer => (desk.Number, answer));
    }

    /// <summary>
    /// Tells every worker to end its connections within a time; completes when all have, or have ended themselves.
    /// </summary>
    public Task Drain(TimeSpan within) => Task.WhenAll(Array.ConvertAll(Desks(), desk => desk.Drain(within)));

    /// <summary>
    /// Asks every worker on its own, and waits no longer than told. One that still owes an answer is not asked again.
    /// </summary>
    /// <returns>The answers of those that had one in time, with their numbers.</returns>
    public async Task<IReadOnlyList<(int Number, byte[] Answer)>> AskEach(
        string question, TimeSpan patience, TimeProvider time)
    {
        var asked = Desks()
            .Select(desk => (desk.Number, Answers: desk.AskUnlessLate(question)))
            .Where(worker => worker.Answers is not null)
            .ToList();
        var all = Task.WhenAll(asked.Select(worker => worker.Answers!));
        try
        {
            await all.WaitAsync(patience, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The others are heard.
        }

        return [.. asked
            .Where(worker => worker.Answers!.IsCompletedSuccessfully)
            .SelectMany(worker => worker.Answers!.Result, (worker, answer) => (worker.Number, answer))];
    }

    private WorkerDesk[] Desks()
    {
        lock (_lock)
        {
            return [.. _desks];
        }
    }
}
