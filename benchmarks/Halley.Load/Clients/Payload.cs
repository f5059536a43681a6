using System.Buffers.Text;

namespace Halley.Load.Clients;

/// <summary>
/// What is pushed: a number of ten digits and a filler, so that every subscriber can tell what it should have had.
/// Letters and digits only: no server has to escape it, in a URL or in JSON.
/// </summary>
internal sealed class Payload
{
    private const int NumberSize = 10;

    private readonly byte[] _filler;

    /// <param name="size">Bytes in all; never fewer than the number needs.</param>
    public Payload(int size)
    {
        Size = Math.Max(size, NumberSize);
        _filler = [.. Enumerable.Range(0, Size - NumberSize).Select(i => (byte)('a' + (i % 26)))];
    }

    public int Size { get; }

    public void Write(int number, Span<byte> destination)
    {
        Utf8Formatter.TryFormat(number, destination, out _, new('D', NumberSize));
        _filler.CopyTo(destination[NumberSize..]);
    }

    /// <summary>The number of a content received. False: it is not, byte for byte, what was pushed.</summary>
    public bool TryRead(ReadOnlySpan<byte> content, out int number)
    {
        number = 0;
        return content.Length == Size
            && Utf8Parser.TryParse(content[..NumberSize], out number, out var used) && used == NumberSize
            && content[NumberSize..].SequenceEqual(_filler);
    }
}
