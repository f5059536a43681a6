using System.Text;
using Halley.Client.Subscribing;

namespace Halley.Client.Tests;

public sealed class WatchedStreamTests
{
    [Theory]
    [InlineData("data: 4567\n\n")]
    [InlineData("data: 4567\r\n\r\ndata: 4567\r\n\r\n")]
    [InlineData("data: 4567\r\rdata: 4567\r\r")]
    [InlineData(": 23456789\n\n: 23456789\n\n: 23456789\n\n\n\n\n\n")]
    [InlineData("data:6789\n\n\r\n\r\ndata:67890")]
    public async Task Events_up_to_the_limit_pass_whatever_they_end_with(string text)
    {
        // Each with the ends of its lines, counted as one byte.
        Assert.Equal(text, await ReadAsync(text, max: 11, atOnce: 64));
        Assert.Equal(text, await ReadAsync(text, max: 11, atOnce: 1));
    }

    [Theory]
    [InlineData("data: 456789\n\n")]
    [InlineData("data: 4\n\ndata: 1\ndata: 1\n\n")]
    [InlineData("data: 1\r\ndata: 1\r\n\r\n")]
    [InlineData(":\n:\n:\n:\n:\n:\n:\n")]
    [InlineData("0123456789012345678901234567890123456789")]
    public async Task A_longer_one_is_refused_before_it_is_whole(string text)
    {
        foreach (var atOnce in (int[])[64, 1])
        {
            var error = await Assert.ThrowsAsync<HalleyException>(() => ReadAsync(text, max: 11, atOnce));
            Assert.Equal(HalleyErrorCode.MessageTooLarge, error.Code);
        }
    }

    private static async Task<string> ReadAsync(string text, int max, int atOnce)
    {
        using var patience = new Patience(
            TimeProvider.System, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), CancellationToken.None);
        await using var stream = new WatchedStream(new MemoryStream(Encoding.UTF8.GetBytes(text)), patience, max);
        var read = new MemoryStream();
        var buffer = new byte[atOnce];
        while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken) is var count and > 0)
        {
            read.Write(buffer, 0, count);
        }

        return Encoding.UTF8.GetString(read.ToArray());
    }
}
