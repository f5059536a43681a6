namespace Halley.Protocol.Tests.Fuzzing;

/// <summary>
/// Memory in which every piece lies alone, with a wall of other bytes on both sides that must not have been touched.
/// </summary>
internal static class Pieces
{
    private const int Wall = 64;
    private const byte Brick = 0xA5;

    /// <summary>Cuts bytes into pieces of any length, few long ones or many short ones.</summary>
    public static IEnumerable<byte[]> Cut(byte[] bytes, Random chance)
    {
        var longest = 1 << chance.Next(10);
        for (var start = 0; start < bytes.Length;)
        {
            var length = Math.Min(chance.Next(1, longest + 1), bytes.Length - start);
            yield return bytes.AsSpan(start, length).ToArray();
            start += length;
        }
    }

    /// <summary>Lets something work on a copy of a piece, and looks at the wall afterwards.</summary>
    public static void Walled(ReadOnlySpan<byte> piece, Action<Memory<byte>> work)
    {
        var memory = new byte[piece.Length + (2 * Wall)];
        Array.Fill(memory, Brick);
        piece.CopyTo(memory.AsSpan(Wall));
        work(memory.AsMemory(Wall, piece.Length));
        Assert.False(memory.AsSpan(0, Wall).ContainsAnyExcept(Brick), "It wrote before the piece.");
        Assert.False(memory.AsSpan(Wall + piece.Length).ContainsAnyExcept(Brick), "It wrote behind the piece.");
    }
}
