using Halley.Broker;

namespace Halley.Sqlite.Operations;

/// <summary>Creates a channel where there is none.</summary>
/// <param name="usual">The seconds that a new channel is kept after a use; null for the hub's own rule.</param>
/// <param name="keepFor">The seconds that it is kept from now on; null for what it has.</param>
/// <param name="newest">The number of newest messages, of which the first one's offset is wanted.</param>
internal sealed class Reserve(Tellers tellers, byte[] name, long? usual, long? keepFor, int newest)
    : Operation<Reservation?>
{
    private bool _wasCreated;

    public override bool Writes => true;

    public override void Run(Storage storage)
    {
        Result = null;
        if (storage.FindOrCreate(name, usual, out _wasCreated) is not { } channel)
        {
            return;
        }

        if (keepFor is { } seconds)
        {
            storage.KeepFor(channel, seconds);
        }

        Result = new Reservation(channel.Position, storage.OldestOf(channel, newest));
    }

    public override void Complete()
    {
        if (_wasCreated)
        {
            tellers.Created(name);
        }

        base.Complete();
    }
}
