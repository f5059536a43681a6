namespace Halley.Engine.Connections;

/// <summary>
/// The memory of requests and messages that have not come whole, of all connections together. Beyond its limit they are
/// refused: a single one is limited too, but a thousand strangers would fill the process. Any thread.
/// </summary>
/// <param name="max">Bytes.</param>
internal sealed class UnfinishedBytes(long max)
{
    private long _max = max;
    private long _taken;

    /// <summary>The number of bytes now.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes over another limit.</summary>
    public void Change(long bytes) => Interlocked.Exchange(ref _max, bytes);

    /// <summary>Counts memory that was taken, or, below zero, given back.</summary>
    public void Add(int bytes) => Interlocked.Add(ref _taken, bytes);

    /// <summary>
    /// Whether a block that was just taken must be given back. A quarter is left to small ones, so that large ones do
    /// not keep ordinary requests out.
    /// </summary>
    /// <param name="isLarge">Whether it is a block of pages.</param>
    public bool IsOver(bool isLarge) =>
        Interlocked.Read(ref _max) is var most && Taken > (isLarge ? most / 4 * 3 : most);
}
