using System.Globalization;
using Halley.Outbox;
using Halley.Sqlite.Operations;

namespace Halley.Sqlite;

/// <summary>
/// Events in the file: one that belongs to a message is written in the same transaction. Any thread.
/// </summary>
public sealed class SqliteOutbox : IOutbox
{
    private readonly Action<Operation> _post;

    internal SqliteOutbox(Action<Operation> post) => _post = post;

    /// <inheritdoc/>
    public event Action? Added;

    /// <inheritdoc/>
    public async ValueTask SetOccupied(byte[] channel, bool isOccupied, OutboxEntry entry) =>
        await Ask(new AddEvent(entry, WasAdded)).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<OutboxBatch?> Read(string receiver, int most) => new(Ask(new ReadEvents(receiver, most)));

    /// <inheritdoc/>
    public async ValueTask Remove(string receiver, OutboxBatch batch, int count) =>
        await Ask(new RemoveEvents(receiver, long.Parse(batch.Events[count - 1].Id, CultureInfo.InvariantCulture)))
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask Leave(string receiver) => default;

    internal void WasAdded() => Added?.Invoke();

    private Task<T> Ask<T>(Operation<T> operation)
    {
        _post(operation);
        return operation.Answer;
    }
}
