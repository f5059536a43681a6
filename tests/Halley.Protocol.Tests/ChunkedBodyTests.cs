using System.Buffers;
using FsCheck.Fluent;
using Halley.Protocol.Http;
using Halley.Testing.Properties;

namespace Halley.Protocol.Tests;

public class ChunkedBodyTests
{
    private const int MaxLength = 64;

    [Theory]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world")]
    [InlineData("a\r\n0123456789\r\nB\r\n0123456789a\r\n000\r\n\r\n", "01234567890123456789a")]
    [InlineData("00000005\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("5;name=value\r\nhello\r\n0;last\r\n\r\n", "hello")]
    [InlineData("5 ; a = b \t;c\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("5;a=\"x;\\\"y=\t\u00FF\";b\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("2\r\n\r\n\r\n0\r\n\r\n", "\r\n")]
    [InlineData("5\r\nhello\r\n0\r\nTrailer: a\r\nAnother: b\r\n\r\n", "hello")]
    public void Chunks_are_put_together(string text, string body)
    {
        Assert.Equal((OperationStatus.Done, body, text.Length, null), ReadWhole(text.Latin1()));
        Assert.Equal((OperationStatus.Done, body, text.Length, null), ReadWhole((text + "GET /").Latin1()));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("x\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("+1\r\n")]
    [InlineData(" 1\r\n")]
    [InlineData("0x1\r\n")]
    [InlineData("1 1\r\n")]
    [InlineData("5 hello\r\n")]
    [InlineData("5 \r\n")]
    [InlineData("5\t\r\n")]
    [InlineData("\t5\r\n")]
    [InlineData("5;\r\n")]
    [InlineData("5;a;\r\n")]
    [InlineData("5;=b\r\n")]
    [InlineData("5;a=\r\n")]
    [InlineData("5;a b\r\n")]
    [InlineData("5;a=b \r\n")]
    [InlineData("5;a=\"b\r\n")]
    [InlineData("5;a=\"b\\\"\r\n")]
    [InlineData("5;a=\"b\\\r\n")]
    [InlineData("5;a=\"b\"c\r\n")]
    [InlineData("5;a=\"\0\"\r\n")]
    [InlineData("5;a=b\rc\r\n")]
    [InlineData("5;a=b\r\rXX\r\n")]
    [InlineData("5;a=\0\r\n")]
    [InlineData("5;\u00E4=b\r\n")]
    [InlineData("5\rX\r\n")]
    [InlineData("000000005\r\n")]
    [InlineData("100000000\r\n")]
    [InlineData("ffffffffffffffffff\r\n")]
    [InlineData("5\r\nhelloX\r\n0\r\n\r\n")]
    [InlineData("4\r\nhello\r\n0\r\n\r\n")]
    [InlineData("7\r\nhello\r\n0\r\n\r\n")]
    public void What_is_no_chunk_is_refused(string text) => AssertRefused(RequestError.Chunk, text);

    [Theory]
    [InlineData("not a field")]
    [InlineData("GET /x HTTP/1.1")]
    [InlineData(" X: a")]
    [InlineData("X : a")]
    [InlineData(": a")]
    [InlineData("X: a\rY: b")]
    [InlineData("X: a\0")]
    [InlineData("X: a\r\n folded")]
    public void A_trailer_line_that_is_no_field_is_refused(string line) =>
        AssertRefused(RequestError.Trailer, $"0\r\n{line}\r\n\r\n");

    [Fact]
    public void Extensions_without_end_are_refused()
    {
        var chunk = "1;" + new string('x', 4000) + "\r\nx\r\n";
        Assert.Equal(
            OperationStatus.NeedMoreData, ReadWhole(string.Concat(Enumerable.Repeat(chunk, 16)).Latin1()).Status);
        AssertRefused(RequestError.Extensions, string.Concat(Enumerable.Repeat(chunk, 17)));
    }

    [Theory]
    [InlineData("41\r\n")]
    [InlineData("7fffffff\r\n")]
    [InlineData("ffffffff\r\n")]
    public void A_body_longer_than_allowed_is_refused_before_it_comes(string text) =>
        AssertRefused(RequestError.BodyTooLarge, text);

    [Fact]
    public void Many_chunks_together_are_not_longer_than_allowed_either()
    {
        var chunk = "20\r\n" + new string('x', 32) + "\r\n";
        Assert.Equal(OperationStatus.Done, ReadWhole((chunk + chunk + "0\r\n\r\n").Latin1()).Status);
        AssertRefused(RequestError.BodyTooLarge, chunk + chunk + "1\r\nx\r\n0\r\n\r\n");
    }

    [Theory]
    [InlineData("0;{0}")]
    [InlineData("0\r\nTrailer: {0}")]
    public void A_line_without_end_is_refused(string start)
    {
        AssertRefused(RequestError.Chunk, string.Format(null, start, new string('x', 5000)));
        AssertRefused(RequestError.Chunk, string.Format(null, start, new string('x', 5000)) + "\r\n\r\n");
        Assert.Equal(
            OperationStatus.NeedMoreData, ReadWhole(string.Format(null, start, new string('x', 4000)).Latin1()).Status);
    }

    [Fact]
    public void However_a_body_is_cut_the_result_is_the_same()
    {
        var pieces = Any.ListOf(Gen.OneOf(
            Gen.Elements(
                "5\r\nhello\r\n", "1\nx\n", "a;q\r\n0123456789\r\n", "0\r\n", "\r\n", "T: u\r\n", "3\r\nab\r\n", "z"),
            Gen.Choose(0, 255).Select(value => ((char)value).ToString())));
        Claim.Holds(
            pieces,
            list =>
            {
                var bytes = string.Concat(list).Latin1();
                var whole = ReadWhole(bytes);
                for (var size = 1; size <= 3; size++)
                {
                    Assert.Equal(whole, ReadInPieces(bytes, size));
                }
            },
            times: 1000);
    }

    [Theory]
    [InlineData("5\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r\n0\n\n")]
    public void A_chunk_that_a_proxy_might_read_differently_is_refused(string text) =>
        AssertRefused(RequestError.Chunk, text);

    [Fact]
    public void A_trailer_without_end_is_refused() =>
        AssertRefused(
            RequestError.HeadTooLarge,
            "0\r\n" + string.Concat(Enumerable.Repeat("T: " + new string('x', 1000) + "\r\n", 70)));

    private static void AssertRefused(RequestError error, string text)
    {
        var result = ReadWhole(text.Latin1());
        Assert.Equal(OperationStatus.InvalidData, result.Status);
        Assert.Same(error, result.Error);
        Assert.Same(error, ReadInPieces(text.Latin1(), 1).Error);
    }

    private static (OperationStatus Status, string Body, int Consumed, RequestError? Error) ReadWhole(byte[] bytes) =>
        ReadInPieces(bytes, Math.Max(1, bytes.Length));

    // As a host does: what was not consumed is shown again, with a few more bytes behind it.
    private static (OperationStatus Status, string Body, int Consumed, RequestError? Error) ReadInPieces(
        byte[] bytes, int size)
    {
        var chunks = default(ChunkedBody);
        var body = new ByteBuffer();
        var at = 0;
        for (var end = Math.Min(size, bytes.Length); ; end = Math.Min(end + size, bytes.Length))
        {
            var status = chunks.Read(bytes.AsSpan(at, end - at), body, MaxLength, out var consumed, out var error);
            at += consumed;
            if (status != OperationStatus.NeedMoreData || end == bytes.Length)
            {
                return (status, body.Written.Latin1(), at, error);
            }
        }
    }
}
