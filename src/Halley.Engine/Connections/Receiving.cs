namespace Halley.Engine.Connections;

/// <summary>The buffers with which the connections of one reactor receive, one after another.</summary>
/// <param name="unfinished">Counts the memory of requests and messages that have not come whole.</param>
internal sealed class Receiving(UnfinishedBytes unfinished) : IDisposable
{
    /// <summary>The capacity of <see cref="Inbox"/>, always.</summary>
    public const int InboxBytes = 64 * 1024;

    /// <summary>The buffer for bytes that belong to nobody yet. Empty between two connections; never grows.</summary>
    public ReceiveBuffer Inbox { get; } = new(InboxBytes, unfinished);

    public MessageReaders Readers { get; } = new(unfinished);

    /// <summary>Limits the work that clients' messages may be.</summary>
    public MessageWork Work { get; } = new();

    public UnfinishedBytes Unfinished { get; } = unfinished;

    public void Dispose()
    {
        Inbox.Dispose();
        Readers.Dispose();
    }
}
