namespace Halley.Engine.Connections;

/// <summary>
/// How much memory there is in requests and messages that have not come whole, of all connections together. It has a limit, beyond which they are
/// refused; each may have begun one, and what one alone may be is limited too, but a thousand strangers would fill the process. Any thread.
/// </summary>
/// <param name="max">Bytes.</param>
internal sealed class UnfinishedBytes(long max)
{
    private long _taken;

    /// <summary>How many bytes there are now.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes note of memory that was taken, or, below zero, given back.</summary>
    public void Add(int bytes) => Interlocked.Add(ref _taken, bytes);

    /// <summary>Whether whoever has just taken some must give it back. A quarter is left to small ones: whoever fills the rest does not keep ordinary requests out.</summary>
    /// <param name="isLarge">Whether it has a block of pages.</param>
    public bool IsOver(bool isLarge) => Taken > (isLarge ? max / 4 * 3 : max);
}
