using System.Buffers;
using System.Text;
using Halley.Engine.Connections;

namespace Halley.Engine.Tests;

/// <summary>
/// A body in chunks, however slowly it comes, costs its head's parsing twice: when it begins and when it is whole.
/// </summary>
public sealed class RequestReaderTests : IDisposable
{
    private const int Limit = 1024;

    private readonly ReceiveBuffer _input = new();

    [Fact]
    public void Chunks_that_come_later_are_taken_without_the_head()
    {
        var headLength = Begin();
        foreach (var chunk in new[] { "2\r\n", "cd\r", "\n1\r\ne\r\n0\r\n" })
        {
            Receive(chunk);
            Assert.Equal(OperationStatus.NeedMoreData, RequestReader.ReadFurtherChunks(_input, Limit, out _));
            Assert.InRange(_input.Length, headLength, headLength + 1);
        }

        Receive("\r\n");
        Assert.Equal(OperationStatus.Done, RequestReader.ReadFurtherChunks(_input, Limit, out _));
        Assert.Equal(OperationStatus.Done, RequestReader.ReadHead(_input, Limit, out var head, out var length, out _));
        Assert.Equal(OperationStatus.Done, RequestReader.ReadBody(_input, head, length, Limit, out length, out _));
        Assert.Equal("abcde"u8, RequestReader.Body(_input, headLength, length));
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData("2\r\nabc\r\n")]
    [InlineData("FFFF\r\n")]
    public void Chunks_that_come_later_are_checked_as_the_first(string chunk)
    {
        Begin();
        Receive(chunk);

        Assert.Equal(OperationStatus.InvalidData, RequestReader.ReadFurtherChunks(_input, Limit, out var error));
        Assert.NotNull(error);
    }

    [Fact]
    public void A_request_that_was_handled_leaves_nothing_behind()
    {
        Begin();
        Receive("0\r\n\r\n");
        Assert.Equal(OperationStatus.Done, RequestReader.ReadFurtherChunks(_input, Limit, out _));
        _input.Consume(_input.Length);
        Receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Equal(OperationStatus.Done, RequestReader.ReadFurtherChunks(_input, Limit, out _));
        Assert.Equal(OperationStatus.Done, RequestReader.ReadHead(_input, Limit, out _, out _, out _));
    }

    public void Dispose() => _input.Dispose();

    private int Begin()
    {
        Receive("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
        Assert.Equal(OperationStatus.Done, RequestReader.ReadHead(_input, Limit, out var head, out var length, out _));
        Assert.Equal(OperationStatus.NeedMoreData, RequestReader.ReadBody(_input, head, length, Limit, out _, out _));
        return length;
    }

    private void Receive(string text) => _input.Advance(Encoding.ASCII.GetBytes(text, _input.Room()));
}
