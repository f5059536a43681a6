using Halley.Protocol.WebSockets;

namespace Halley.Engine.Connections;

/// <summary>
/// Lends readers of WebSocket messages; an idle one is kept for the next client. Belongs to one reactor.
/// </summary>
/// <param name="count">Counts the memory of messages that are not whole.</param>
internal sealed class MessageReaders(UnfinishedBytes count) : IDisposable
{
    // For all of them: a decompressed message is handled before the next one is.
    private readonly HeldStore _inflated = new(count: null);

    private MessageReader? _spare;

    /// <summary>Lends a reader to a WebSocket whose client begins a message.</summary>
    public MessageReader Rent()
    {
        var reader = _spare ?? new MessageReader(new HeldStore(count), _inflated);
        _spare = null;
        return reader;
    }

    /// <summary>Takes back an idle reader. Any other is discarded, with what it holds.</summary>
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
