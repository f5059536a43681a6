using System.Buffers;
using FsCheck.Fluent;
using Halley.Protocol.Http;
using Halley.Testing.Properties;

namespace Halley.Protocol.Tests;

public class FramingTests
{
    private static readonly Framing Chunked = Framing.Chunked;
    private static readonly Framing Plain = Framing.None;

    [Fact]
    public void A_piece_is_a_chunk_with_its_length_in_lower_case_hexadecimal()
    {
        Assert.Equal("3\r\nabc\r\n", Write(Chunked, "abc"));
        Assert.Equal("1d\r\n" + new string('x', 29) + "\r\n", Write(Chunked, new string('x', 29)));
        Assert.Equal("12345\r\n" + new string('x', 0x12345) + "\r\n", Write(Chunked, new string('x', 0x12345)));
    }

    [Fact]
    public void Without_chunks_a_piece_is_what_it_is() => Assert.Equal("abc", Write(Plain, "abc"));

    [Fact]
    public void Only_chunks_have_a_last_one()
    {
        var output = new ByteBuffer();
        Plain.EndAll(output);
        Assert.Equal(0, output.Length);
        Chunked.EndAll(output);
        Assert.Equal("0\r\n\r\n", output.Written.Latin1());
    }

    [Fact]
    public void What_is_written_in_chunks_can_be_read_as_chunks()
    {
        var pieces = Any.ListOf(Gen.Choose(1, 5000).Select(length => new string('x', length)));
        Claim.Holds(pieces, list =>
        {
            var output = new ByteBuffer();
            foreach (var text in list)
            {
                var piece = Chunked.Begin(output);
                output.Write(text.Latin1());
                Chunked.End(output, piece);
            }

            Chunked.EndAll(output);
            var body = new ByteBuffer();
            var status = default(ChunkedBody).Read(output.Written, body, int.MaxValue, out var consumed, out _);
            Assert.Equal(OperationStatus.Done, status);
            Assert.Equal(output.Length, consumed);
            Assert.Equal(string.Concat(list), body.Written.Latin1());
        });
    }

    [Fact]
    public void A_response_head_is_made_of_lines()
    {
        var head = new ResponseHead("200 OK", ["Server: a", "Content-Type: b"], ["Last: c"]);
        Assert.Equal("200 OK\r\n", head.Status.Span.Latin1());
        Assert.Equal("Server: a\r\nContent-Type: b\r\n", head.Fields.Span.Latin1());
        Assert.Equal("Last: c\r\n", head.LastFields.Span.Latin1());
        Assert.False(head.Closes);
        Assert.False(head.SaysKeepAlive);
        Assert.Equal(0, new ResponseHead("200 OK", []).LastFields.Length);
    }

    private static string Write(Framing framing, string text)
    {
        // Behind something else, which stays.
        var output = new ByteBuffer(capacity: 4);
        output.Write("before"u8);
        var piece = framing.Begin(output);
        output.Write(text.Latin1());
        framing.End(output, piece);
        Assert.StartsWith("before", output.Written.Latin1(), StringComparison.Ordinal);
        return output.Written["before".Length..].Latin1();
    }
}
