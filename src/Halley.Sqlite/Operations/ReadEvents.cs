using Halley.Outbox;

namespace Halley.Sqlite.Operations;

/// <summary>Reads the oldest events for a receiver.</summary>
internal sealed class ReadEvents(string receiver, int most) : Operation<OutboxBatch?>
{
    public override void Run(Storage storage) => Result = storage.ReadEvents(receiver, most);
}
