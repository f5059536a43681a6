using Halley.Protocol.WebSockets;

namespace Halley.Engine.Connections;

/// <summary>What reads the messages of WebSockets' clients: one that is idle is kept for the next client. Belongs to one reactor.</summary>
/// <param name="count">Where the memory of messages counts that are not whole.</param>
internal sealed class MessageReaders(UnfinishedBytes count) : IDisposable
{
    // For all of them: a message that was decompressed is heard before the next is.
    private readonly HeldStore _inflated = new(count: null);

    private MessageReader? _spare;

    /// <summary>For a WebSocket whose client begins to say something.</summary>
    public MessageReader Rent()
    {
        var reader = _spare ?? new MessageReader(new HeldStore(count), _inflated);
        _spare = null;
        return reader;
    }

    /// <summary>Takes back one that is idle. Any other is given up, with what it holds.</summary>
    public void Return(MessageReader reader)
    {
        if (reader.IsIdle && _spare is null)
        {
            reader.Forget();
            _spare = reader;
        }
        else
        {
            ((HeldStore)reader.Store).Dispose();
        }
    }

    public void Dispose()
    {
        _inflated.Dispose();
        (_spare?.Store as HeldStore)?.Dispose();
    }
}
