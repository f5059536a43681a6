namespace Halley.Sqlite.Operations;

/// <summary>Forgets what a channel keeps.</summary>
internal sealed class Clear(Tellers tellers, byte[] name) : Operation<StreamPosition?>
{
    private StoredChannel? _channel;

    public override bool Writes => true;

    public override void Run(Storage storage)
    {
        Result = null;
        if ((_channel = storage.Find(name)) is not null)
        {
            storage.Clear(_channel);
            Result = _channel.Position;
        }
    }

    public override void Complete()
    {
        if (_channel is not null)
        {
            tellers.Cleared(_channel, Result!.Value.Offset);
        }

        base.Complete();
    }
}
