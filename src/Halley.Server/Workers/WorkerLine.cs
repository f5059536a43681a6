using System.Collections;

namespace Halley.Server.Workers;

/// <summary>A line that a worker logged, with what its message is made of, as the main process writes it.</summary>
internal sealed class WorkerLine(
    int worker, string source, string line, IReadOnlyList<KeyValuePair<string, string>> fields)
    : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly List<KeyValuePair<string, object?>> _fields =
    [
        new("Worker", worker),
        new("Source", source),
        .. fields.Select(field => new KeyValuePair<string, object?>(field.Key, field.Value)),
    ];

    public int Count => _fields.Count;

    public KeyValuePair<string, object?> this[int index] => _fields[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _fields.GetEnumerator();

    public override string ToString() => $"Worker {worker}: {source}: {line}";

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
