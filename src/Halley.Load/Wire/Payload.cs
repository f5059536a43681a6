using System.Buffers.Text;

namespace Halley.Load.Wire;

/// <summary>
/// A message to publish: a mark, the run, the channel, a number and the time, then a filler, so that every subscriber
/// can tell what it should have had, and how late it is. Letters and digits only: it comes through URLs, JSON, script
/// and every envelope byte for byte.
/// </summary>
internal sealed class Payload
{
    /// <summary>Mark, run, channel, number, time.</summary>
    public const int MinSize = 4 + 4 + 8 + 8 + 16;

    /// <summary>The channel of a message to all channels.</summary>
    public const int Everybody = -1;

    private const int ChannelAt = 8, NumberAt = 16, SentAt = 24;

    private readonly byte[] _begin = new byte[ChannelAt];
    private readonly byte[] _filler;

    /// <param name="size">Bytes in all, at least <see cref="MinSize"/>.</param>
    /// <param name="run">Tells this run's messages from those of another that went to the same channels.</param>
    public Payload(int size, int run)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, MinSize);
        Size = size;
        "hLbQ"u8.CopyTo(_begin);
        Utf8Formatter.TryFormat((ushort)run, _begin.AsSpan(4), out _, new('X', 4));
        _filler = [.. Enumerable.Range(0, size - MinSize).Select(i => (byte)('a' + (i % 26)))];
    }

    public int Size { get; }

    /// <param name="channel">The channel's index, or <see cref="Everybody"/>.</param>
    /// <param name="sent">Now, in ticks of the Stopwatch: one clock for all processes of a machine.</param>
    public void Write(int channel, int number, long sent, Span<byte> destination)
    {
        _begin.CopyTo(destination);
        Utf8Formatter.TryFormat((uint)channel, destination[ChannelAt..], out _, new('X', 8));
        Utf8Formatter.TryFormat((uint)number, destination[NumberAt..], out _, new('X', 8));
        Utf8Formatter.TryFormat((ulong)sent, destination[SentAt..], out _, new('X', 16));
        _filler.CopyTo(destination[MinSize..]);
    }

    /// <summary>
    /// Finds the beginning of the next payload, whatever is around it; -1: nowhere. It may not have arrived whole.
    /// </summary>
    public int Find(ReadOnlySpan<byte> text) => text.IndexOf(_begin);

    /// <summary>False: it is not, byte for byte, what was published.</summary>
    public bool TryRead(ReadOnlySpan<byte> payload, out Stamp stamp)
    {
        stamp = default;
        if (payload.Length != Size
            || !payload.StartsWith(_begin)
            || !Utf8Parser.TryParse(payload[ChannelAt..NumberAt], out uint channel, out var used, 'X') || used != 8
            || !Utf8Parser.TryParse(payload[NumberAt..SentAt], out uint number, out used, 'X') || used != 8
            || !Utf8Parser.TryParse(payload[SentAt..MinSize], out ulong sent, out used, 'X') || used != 16
            || !payload[MinSize..].SequenceEqual(_filler))
        {
            return false;
        }

        stamp = new Stamp((int)channel, (int)number, (long)sent);
        return true;
    }
}
