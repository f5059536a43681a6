namespace Halley.Engine.Native;

/// <summary>
/// A descriptor that another thread can make readable, to wake one that waits. Watched edge-triggered, so it need not
/// be read.
/// </summary>
internal sealed unsafe class EventFd : IDisposable
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    public EventFd()
    {
        Descriptor = Libc.EventFd(0, NonBlocking | CloseOnExec);
        if (Descriptor < 0)
        {
            throw new IOException($"eventfd: {Errno.Describe(Errno.Last)}");
        }
    }

    public int Descriptor { get; }

    /// <summary>Wakes whoever waits. Any thread.</summary>
    public void Signal()
    {
        ulong one = 1;
        _ = Libc.Write(Descriptor, (byte*)&one, sizeof(ulong));
    }

    public void Dispose() => _ = Libc.Close(Descriptor);
}
