using System.Buffers;
using Halley.Protocol.Http;

namespace Halley.Protocol.Tests.Fuzzing;

/// <summary>An HTTP client that sends anything at all.</summary>
public class RequestFuzzing
{
    private const int MaxBody = 1000;

    private static readonly byte[][] Requests =
    [
        ("GET /sub?cname=a%20b&seq=1&cb=f HTTP/1.1\r\nHost: halley\r\nAccept: */*\r\n"
            + "Connection: keep-alive\r\n\r\n").Latin1(),
        "POST /push HTTP/1.1\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n".Latin1(),
        "POST /push HTTP/1.1\nTransfer-Encoding: chunked\nConnection: close, x\n\n".Latin1(),
        "GET http://halley/poll?cname=%20#x HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n".Latin1(),
        "HEAD * HTTP/1.1\r\nX: \xFF\r\nX:\t y \r\n\r\n".Latin1(),
    ];

    private static readonly byte[] TellingInRequests = "\r\n :/?#,%0=&\t\0\x7F"u8.ToArray();

    [Fact]
    public void Heads() => new Fuzzer(Requests, TellingInRequests).Run((input, chance) =>
    {
        var scanned = 0;
        var end = RequestParser.FindEnd(input, ref scanned);
        Assert.InRange(end, -1, input.Length);
        Assert.Equal(end, FindEndInPieces(input, chance));
        if (end >= 0)
        {
            input = input[..end];
        }

        RequestParser.CouldBeRequest(input);
        Pieces.Walled(input, memory => Parse(memory.Span));
    });

    [Fact]
    public void Chunks() => new Fuzzer(
        [
            "5\r\nhello\r\n0\r\n\r\n".Latin1(),
            "1;a=b\r\nx\r\n00a \r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n".Latin1(),
            "100\r\n".Latin1(),
            "ffffffff\r\n".Latin1(),
        ],
        "\r\n0123456789abcdefABCDEF; \t="u8.ToArray()).Run((input, chance) =>
    {
        var whole = ReadChunks([input]);
        var cut = ReadChunks(Pieces.Cut(input, chance));
        Assert.Equal(whole.Status, cut.Status);
        Assert.Equal(whole.Error, cut.Error);
        Assert.Equal(whole.Body, cut.Body);
        Assert.True(whole.Body.Length <= MaxBody);
        if (whole.Status == OperationStatus.Done && whole.Body.Length > 0)
        {
            // Written again and read again, it is the same.
            var output = new ByteBuffer();
            var piece = Framing.Chunked.Begin(output);
            output.Write(whole.Body.Latin1());
            Framing.Chunked.End(output, piece);
            Framing.Chunked.EndAll(output);
            Assert.Equal(whole with { Consumed = output.Length }, ReadChunks([output.Written.ToArray()]));
        }
    });

    private static void Parse(ReadOnlySpan<byte> bytes)
    {
        var error = RequestParser.Parse(bytes, out var head);
        if (error is not null)
        {
            Assert.NotEmpty(error.Explanation);
            return;
        }

        Assert.True(head.ContentLength >= 0);
        Assert.True(head.ContentLength == 0 || !head.IsChunked);
        Assert.True(head.Path.Length + head.Query.Length <= bytes.Length);
        var request = new HttpRequest(head, UrlEncoding.Decode(head.Path, plusIsSpace: false), bytes);
        var position = 0;
        for (var count = 0; request.TryNextField("X"u8, ref position, out _); count++)
        {
            Assert.True(count < bytes.Length);
        }

        var parameters = new Parameters(request);
        parameters.Text("cname"u8);
        parameters.Bytes("content"u8);
        parameters.Number("seq"u8);

        // Written again as it was understood, it is understood the same.
        byte[] again =
            [.. "GET "u8, .. head.Target, .. head.IsHttp11 ? " HTTP/1.1\r\n"u8 : " HTTP/1.0\r\n"u8, .. head.Fields];
        Assert.Null(RequestParser.Parse(again, out var same));
        Assert.True(
            same.Path.SequenceEqual(head.Path)
                && same.Query.SequenceEqual(head.Query)
                && same.Fields.SequenceEqual(head.Fields));
        Assert.Equal(
            (head.ContentLength, head.IsChunked, head.KeepAlive), (same.ContentLength, same.IsChunked, same.KeepAlive));
    }

    private static int FindEndInPieces(byte[] bytes, Random chance)
    {
        var scanned = 0;
        var came = 0;
        foreach (var piece in Pieces.Cut(bytes, chance))
        {
            came += piece.Length;
            var end = RequestParser.FindEnd(bytes.AsSpan(0, came), ref scanned);
            Assert.InRange(scanned, 0, came);
            if (end >= 0)
            {
                return end;
            }
        }

        return -1;
    }

    private static Read ReadChunks(IEnumerable<byte[]> pieces)
    {
        var chunks = default(ChunkedBody);
        var body = new ByteBuffer();
        var rest = Array.Empty<byte>();
        var consumedOfAll = 0;
        var status = OperationStatus.NeedMoreData;
        RequestError? error = null;
        foreach (var piece in pieces)
        {
            rest = [.. rest, .. piece];
            status = chunks.Read(rest, body, MaxBody, out var consumed, out error);
            Assert.InRange(consumed, 0, rest.Length);
            consumedOfAll += consumed;
            rest = rest[consumed..];
            if (status != OperationStatus.NeedMoreData)
            {
                break;
            }
        }

        return new(status, error, body.Written.Latin1(), consumedOfAll);
    }

    private sealed record Read(OperationStatus Status, RequestError? Error, string Body, int Consumed);
}
