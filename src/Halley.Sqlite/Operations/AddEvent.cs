using Halley.Outbox;

namespace Halley.Sqlite.Operations;

/// <summary>Adds an event that belongs to no message.</summary>
internal sealed class AddEvent(OutboxEntry entry, Action added) : Operation<bool>
{
    public override bool Writes => true;

    public override int Bytes => entry.Text.Length;

    public override void Run(Storage storage)
    {
        storage.Unit.BeginIfDirect();
        storage.Tell(entry, entry.Whole());
        Result = true;
    }

    public override void Complete()
    {
        added();
        base.Complete();
    }
}
