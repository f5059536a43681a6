namespace Halley.Simulation.Tests.Disk;

/// <summary>A file of a simulated disk: what programs read of it, and which writes are not on the plate yet.</summary>
internal sealed class DiskFile
{
    // A write may be torn between two of them when the power goes.
    private const int Sector = 512;

    private readonly List<(int Offset, byte[] Bytes)> _unsynced = [];
    private byte[] _content = [];
    private byte[] _synced = [];
    private int _length;
    private int _syncedLength;

    public int Length => _length;

    /// <summary>Reads; what is behind the end is zeros.</summary>
    /// <returns>Whether all of it was there.</returns>
    public bool Read(int offset, Span<byte> into)
    {
        var there = Math.Clamp(_length - offset, 0, into.Length);
        _content.AsSpan(Math.Min(offset, _length), there).CopyTo(into);
        into[there..].Clear();
        return there == into.Length;
    }

    public void Write(int offset, ReadOnlySpan<byte> bytes)
    {
        Put(ref _content, ref _length, offset, bytes);
        _unsynced.Add((offset, bytes.ToArray()));
    }

    public void Truncate(int length)
    {
        // As if synced: SQLite does not depend on that.
        _length = _syncedLength = Math.Min(_length, length);
        _unsynced.RemoveAll(write => write.Offset >= length);
        _content.AsSpan(_length).Clear();
        _synced.AsSpan(Math.Min(_synced.Length, _length)).Clear();
    }

    public void Sync()
    {
        foreach (var (offset, bytes) in _unsynced)
        {
            Put(ref _synced, ref _syncedLength, offset, bytes);
        }

        _unsynced.Clear();
    }

    /// <summary>The power goes: of what was not synced, some sectors were written.</summary>
    public void LosePower(Random dice)
    {
        var most = dice.Next(3);
        foreach (var (offset, bytes) in _unsynced)
        {
            for (var from = 0; from < bytes.Length; from += Sector)
            {
                if (most == 2 || (most == 1 && dice.Next(4) > 0))
                {
                    Put(
                        ref _synced,
                        ref _syncedLength,
                        offset + from,
                        bytes.AsSpan(from, Math.Min(Sector, bytes.Length - from)));
                }
            }
        }

        _unsynced.Clear();
        _content = _synced.AsSpan().ToArray();
        _length = _syncedLength;
    }

    private static void Put(ref byte[] content, ref int length, int offset, ReadOnlySpan<byte> bytes)
    {
        if (offset + bytes.Length > content.Length)
        {
            Array.Resize(ref content, Math.Max(2 * content.Length, offset + bytes.Length));
        }

        bytes.CopyTo(content.AsSpan(offset));
        length = Math.Max(length, offset + bytes.Length);
    }
}
