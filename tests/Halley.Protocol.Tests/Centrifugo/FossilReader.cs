namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>Makes of a base and a delta in Fossil's format the bytes that it was made of.</summary>
internal sealed class FossilReader(byte[] from, byte[] delta)
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";

    private int _at;

    /// <summary>How many bytes were given, rather than copied.</summary>
    public int Given { get; private set; }

    public byte[] Read()
    {
        var result = new List<byte>();
        var length = Number();
        Take('\n');
        while (true)
        {
            var number = Number();
            switch ((char)delta[_at++])
            {
                case '@':
                    var place = (int)Number();
                    Take(',');
                    result.AddRange(from[place..(place + (int)number)]);
                    break;
                case ':':
                    result.AddRange(delta[_at..(_at + (int)number)]);
                    Given += (int)number;
                    _at += (int)number;
                    break;
                case ';':
                    Assert.Equal((delta.Length, (int)length), (_at, result.Count));
                    Assert.Equal(Checksum(result), number);
                    return [.. result];
                default:
                    throw new FormatException();
            }
        }
    }

    private static uint Checksum(List<byte> bytes)
    {
        var sum = 0u;
        foreach (var four in bytes.Chunk(4))
        {
            var padded = new byte[4];
            four.CopyTo(padded, 0);
            sum += System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(padded);
        }

        return sum;
    }

    private uint Number()
    {
        var value = 0u;
        for (; Digits.IndexOf((char)delta[_at], StringComparison.Ordinal) is var digit and >= 0; _at++)
        {
            value = (value << 6) + (uint)digit;
        }

        return value;
    }

    private void Take(char expected) => Assert.Equal(expected, (char)delta[_at++]);
}
