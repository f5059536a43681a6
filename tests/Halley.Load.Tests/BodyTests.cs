using System.Text;
using Halley.Load.Wire;

namespace Halley.Load.Tests;

public sealed class BodyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public void Chunks_are_put_together_however_they_arrive(int bytesAtOnce)
    {
        var (text, pieces) = Read(
            Body.Chunks, "5\r\nhello\r\n1;x=y\r\n \r\n0a\r\nwide world\r\n0\r\n\r\n"u8, bytesAtOnce);

        Assert.Equal("hello wide world", text);
        Assert.Equal(3, pieces.Count(piece => piece == Piece.LastText));
        Assert.Equal(Piece.End, pieces[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void A_body_of_known_length_ends_there(int bytesAtOnce)
    {
        var (text, pieces) = Read(Body.OfLength(5), "helloHTTP/1.1"u8, bytesAtOnce);

        Assert.Equal("hello", text);
        Assert.Equal(Piece.End, pieces[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Frames_are_read_in_fragments_and_with_pings_between_them(int bytesAtOnce)
    {
        byte[] frames =
        [
            0x01, 3, .. "hel"u8,                          // the first part of a text
            0x89, 2, .. "hi"u8,                           // a ping
            0x80, 2, .. "lo"u8,                           // the rest of it
            0x81, 126, 0, 200, .. new byte[200],          // a longer one
            0x88, 0,                                      // the end
        ];

        var (text, pieces) = Read(Body.Frames, frames, bytesAtOnce);

        Assert.Equal("hello" + new string('\0', 200), text);
        Assert.Equal(2, pieces.Count(piece => piece == Piece.LastText));
        Assert.Single(pieces, piece => piece == Piece.Ping);
        Assert.Equal(Piece.End, pieces[^1]);
    }

    [Fact]
    public void What_is_no_chunk_is_said()
    {
        Assert.Throws<LoadException>(() => Read(Body.Chunks, "data: x\r\n"u8, 100));
    }

    [Fact]
    public void A_masked_frame_of_a_server_is_refused()
    {
        Assert.Throws<LoadException>(() => Read(Body.Frames, [0x81, 0x85, 1, 2, 3, 4], 100));
    }

    private static (string Text, List<Piece> Pieces) Read(Body body, ReadOnlySpan<byte> bytes, int bytesAtOnce)
    {
        var text = new StringBuilder();
        List<Piece> pieces = [];
        var kept = 0;    // bytes that were not taken and come again with the next
        for (var arrived = 0; arrived < bytes.Length && pieces.LastOrDefault() != Piece.End;)
        {
            var upTo = Math.Min(bytes.Length, arrived + bytesAtOnce);
            var rest = bytes[..upTo][(arrived - kept)..];
            for (Piece piece; (piece = body.Take(ref rest, out var part)) != Piece.None;)
            {
                pieces.Add(piece);
                if (piece == Piece.End)
                {
                    break;
                }

                text.Append(piece == Piece.Ping ? "" : Encoding.ASCII.GetString(part));
            }

            kept = rest.Length;
            arrived = upTo;
        }

        return (text.ToString(), pieces);
    }
}
