using System.Buffers;
using System.Diagnostics;
using Halley.Engine.Native;

namespace Halley.Engine.Connections;

/// <summary>
/// A block of memory for the bytes of a stranger, until all have come. A small one comes from the shared pool. A large
/// one is pages of the kernel's own: they go back to it at once, where an array would wait for a collection that an
/// idle server has no reason to make. Belongs to one reactor.
/// </summary>
internal sealed unsafe class HeldMemory : IDisposable
{
    /// <summary>From how many bytes on it is pages.</summary>
    public const int LargeFrom = 64 * 1024;

    private const int PageBytes = 4096;

    // Up to here it is doubled; then a quarter is added, since all of it counts, used or not.
    private const int MaxDoubled = 1 << 20;

    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;
    private const int MayMove = 1;
    private const nint Failed = -1;

    private readonly UnfinishedBytes? _count;
    private byte[]? _array;
    private byte* _pages;

    /// <param name="capacity">Bytes at least.</param>
    /// <param name="count">Counts it; null where it does not count.</param>
    public HeldMemory(int capacity, UnfinishedBytes? count)
    {
        _count = count;
        Take(capacity);
    }

    public int Capacity { get; private set; }

    public bool IsLarge => _pages is not null;

    public Span<byte> Bytes => _pages is null ? _array : new Span<byte>(_pages, Capacity);

    /// <summary>Makes it larger; its bytes stay.</summary>
    /// <param name="capacity">Bytes at least.</param>
    public void Grow(int capacity)
    {
        var more = Capacity < MaxDoubled ? Capacity * 2L : Capacity + (Capacity / 4);
        capacity = (int)Math.Min(Array.MaxLength, Math.Max(capacity, more));
        if (_pages is not null)
        {
            Resize(capacity);
            return;
        }

        var old = _array!;
        Forget();
        Take(capacity);
        old.CopyTo(Bytes);
        ArrayPool<byte>.Shared.Return(old);
    }

    public void Dispose()
    {
        if (_array is not null)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }
        else if (_pages is not null)
        {
            _ = Libc.Unmap(_pages, (nuint)Capacity);
        }

        Forget();
    }

    private void Take(int capacity)
    {
        Debug.Assert(Capacity == 0, "one block at a time");
        if (capacity < LargeFrom)
        {
            _array = ArrayPool<byte>.Shared.Rent(capacity);
            Count(_array.Length);
            return;
        }

        capacity = WholePages(capacity);
        _pages = Checked(Libc.Map(null, (nuint)capacity, ReadWrite, PrivateAnonymous, -1, 0));
        Count(capacity);
    }

    private void Resize(int capacity)
    {
        capacity = WholePages(capacity);
        _pages = Checked(Libc.Remap(_pages, (nuint)Capacity, (nuint)capacity, MayMove));
        Count(capacity);
    }

    private void Forget()
    {
        _array = null;
        _pages = null;
        Count(0);
    }

    private void Count(int capacity)
    {
        _count?.Add(capacity - Capacity);
        Capacity = capacity;
    }

    private static byte* Checked(void* pages) =>
        (nint)pages == Failed
            ? throw new InsufficientMemoryException("the kernel has no memory left for what a client sends")
            : (byte*)pages;

    private static int WholePages(int bytes) =>
        (int)Math.Min(int.MaxValue / PageBytes * PageBytes, ((long)bytes + PageBytes - 1) / PageBytes * PageBytes);
}
