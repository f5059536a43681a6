using Halley.Channels;

namespace Halley.Sqlite.Operations;

/// <summary>Ends a channel.</summary>
internal sealed class Close(Tellers tellers, byte[] name, byte[]? farewell) : Operation<ChannelState?>
{
    private StoredChannel? _channel;

    public override bool Writes => true;

    public override void Run(Storage storage)
    {
        Result = null;
        if ((_channel = storage.Find(name)) is not null)
        {
            Result = tellers.StateOf(_channel, storage.Count(_channel), storage.Now);
            storage.Remove(_channel);
        }
    }

    public override void Complete()
    {
        if (_channel is not null)
        {
            tellers.Ended(_channel, new Ending(CloseReason.ChannelClosed, Result!.Value.Position, farewell));
        }

        base.Complete();
    }
}
