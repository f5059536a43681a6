using Halley.Protocol.Http;

namespace Halley.Protocol.Transports;

/// <summary>
/// Pieces of an answer that may turn out to be empty: an empty one must not reach the wire, since it would end the
/// answer.
/// </summary>
internal static class Pieces
{
    public static void Write(ReadOnlySpan<byte> bytes, Framing framing, ByteBuffer output)
    {
        if (!bytes.IsEmpty)
        {
            var piece = framing.Begin(output);
            output.Write(bytes);
            framing.End(output, piece);
        }
    }

    /// <summary>Ends a piece, or takes it back where nothing was written since it began.</summary>
    /// <param name="piece">What <see cref="Framing.Begin"/> gave.</param>
    /// <param name="content">How long the output was when the content began.</param>
    public static void End(Framing framing, ByteBuffer output, int piece, int content)
    {
        if (output.LengthFrom(content) == 0)
        {
            output.Remove(piece, output.Length - piece);
        }
        else
        {
            framing.End(output, piece);
        }
    }
}
