using Halley.Engine.Native;

namespace Halley.Engine.Connections;

/// <summary>
/// Sends what the connections of one reactor have written: after each piece of work, and at the end of a turn; many
/// connections with one system call, where the kernel can.
/// </summary>
internal sealed class Sending(EngineState state, Epoll epoll) : IDisposable
{
    private const int StagingBytes = 64 * 1024;

    // For fewer, a call each costs no more.
    private const int MinBatch = 4;

    private readonly SendBatch? _batch =
        state.Options.IoUring == IoUringUse.Off ? null : SendBatch.TryOpen();
    private List<ConnectionOutput> _toFlush = [];
    private List<ConnectionOutput> _flushing = [];

    public EngineOptions Options => state.Options;

    public Epoll Epoll => epoll;

    public SendQueuePool Queues { get; } = new() { MaxUnshared = ShareOf(state.Options) };

    /// <summary>The buffer in which small pieces are joined before they are sent.</summary>
    public byte[] Staging { get; } = new byte[StagingBytes];

    /// <summary>Whether a connection waits to be flushed.</summary>
    public bool IsDue => _toFlush.Count > 0;

    /// <summary>
    /// Has a connection flushed after this piece of work, or at the end of the turn; while that is under way, the next
    /// time.
    /// </summary>
    public void FlushLater(ConnectionOutput connection) => _toFlush.Add(connection);

    /// <summary>Flushes the connections that have written something.</summary>
    public void Flush()
    {
        // Whatever a connection writes when it has sent is for the next time: nobody sends for ever.
        (_toFlush, _flushing) = (_flushing, _toFlush);
        if (_batch is not null && _flushing.Count >= MinBatch)
        {
            _batch.Flush(_flushing);
        }
        else
        {
            foreach (var connection in _flushing)
            {
                connection.Flush();
            }
        }

        _flushing.Clear();
    }

    /// <summary>Takes over the limits of the options that hold now.</summary>
    public void Change() => Queues.MaxUnshared = ShareOf(Options);

    private static long ShareOf(EngineOptions options) => options.MaxUnsharedBytes / options.Reactors;

    public void Dispose() => _batch?.Dispose();
}
