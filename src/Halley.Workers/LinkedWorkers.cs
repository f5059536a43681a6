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
        WorkerDesk[] desks;
        lock (_lock)
        {
            desks = [.. _desks];
        }

        var asked = Array.ConvertAll(desks, desk => desk.Survey(question, argument).AsTask());
        return [.. (await Task.WhenAll(asked).ConfigureAwait(false)).SelectMany(answers => answers)];
    }
}
