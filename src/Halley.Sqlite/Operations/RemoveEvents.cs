namespace Halley.Sqlite.Operations;

/// <summary>Forgets events of a receiver, from the oldest up to one of them.</summary>
internal sealed class RemoveEvents(string receiver, long last) : Operation<bool>
{
    public override bool Writes => true;

    public override void Run(Storage storage)
    {
        storage.Unit.BeginIfDirect();
        storage.RemoveEvents(receiver, last);
        Result = true;
    }
}
