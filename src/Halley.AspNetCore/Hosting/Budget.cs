namespace Halley.AspNetCore.Hosting;

/// <summary>Bytes of memory that all requests of a host share. Any thread.</summary>
internal sealed class Budget(long most)
{
    private long _taken;

    /// <summary>Whether more is taken than there should be.</summary>
    public bool IsOver => Interlocked.Read(ref _taken) > most;

    /// <param name="bytes">Below 0 where they are given back.</param>
    public void Take(long bytes) => Interlocked.Add(ref _taken, bytes);
}
