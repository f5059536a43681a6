using System.IO.Compression;

namespace Halley.Protocol.WebSockets;

internal enum InflateStatus
{
    Done,
    TooLong,
    Invalid,
}

/// <summary>
/// Compresses and decompresses single messages (RFC 7692), each without regard to those before it: so one compressed
/// message serves many clients, and none costs memory between two of them. Some 20 to 30 µs for a message, much of it
/// for making the compressor ready.
/// </summary>
internal static class MessageDeflate
{
    // What is longer is let go after it was used.
    private const int MaxKept = 1024 * 1024;

    private const int FirstCapacity = 4096;

    // What a flush ends with; it is left out on the wire (RFC 7692, 7.2.1).
    private static ReadOnlySpan<byte> FlushEnd => [0x00, 0x00, 0xFF, 0xFF];

    // An empty last block: without one the decompressor takes the message for cut off.
    private static ReadOnlySpan<byte> LastBlock => [0x03, 0x00];

    [ThreadStatic]
    private static MemoryStream? Scratch;

    /// <summary>Replaces what was written from a place on by its compressed form.</summary>
    /// <returns>False where that would not be shorter; then nothing is changed.</returns>
    public static bool TryDeflate(ByteBuffer output, int from)
    {
        var plain = output.Span(from);
        var stream = TakeScratch();
        using (var deflate = new DeflateStream(stream, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(plain);
            deflate.Flush();

            // Here, as closing it writes more.
            var deflated = stream.GetBuffer().AsSpan(0, (int)stream.Length);
            if (!deflated.EndsWith(FlushEnd) || deflated.Length - FlushEnd.Length >= plain.Length)
            {
                return false;
            }

            deflated[..^FlushEnd.Length].CopyTo(plain);
            output.Remove(from + deflated.Length - FlushEnd.Length, plain.Length - (deflated.Length - FlushEnd.Length));
            return true;
        }
    }

    /// <summary>Decompresses a whole message.</summary>
    /// <param name="deflated">What came; what the wire leaves out is put behind it.</param>
    /// <param name="output">
    /// Empty; has as much as was decompressed, and never more than a byte beyond the limit.
    /// </param>
    public static InflateStatus Inflate(IByteStore deflated, IByteStore output, int maxLength)
    {
        deflated.Write(FlushEnd);
        deflated.Write(LastBlock);
        try
        {
            using var inflate = new DeflateStream(new StoreStream(deflated), CompressionMode.Decompress);
            while (true)
            {
                var room = output.GetSpan(1);
                var left = maxLength - output.Length;
                var read = inflate.Read(room[..Math.Min(room.Length, left == int.MaxValue ? left : left + 1)]);
                if (read == 0)
                {
                    return InflateStatus.Done;
                }

                output.Advance(read);
                if (read > left)
                {
                    return InflateStatus.TooLong;
                }
            }
        }
        catch (InvalidDataException)
        {
            return InflateStatus.Invalid;
        }
    }

    private static MemoryStream TakeScratch()
    {
        if (Scratch is null || Scratch.Capacity > MaxKept)
        {
            Scratch = new MemoryStream(FirstCapacity);
        }

        Scratch.SetLength(0);
        return Scratch;
    }
}
