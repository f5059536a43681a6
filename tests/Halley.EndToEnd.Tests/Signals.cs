using System.Runtime.InteropServices;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>How the process ends when it is told to.</summary>
public sealed class Signals
{
    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task A_server_that_is_told_to_end_ends_without_a_word_to_its_subscribers(PosixSignal signal)
    {
        await using var server = await ICometServer.StartAsync(new ICometConf());
        using var streaming = await RawHttpClient.ConnectAsync(server.Front);
        await streaming.GetAsync("/stream?cname=a&seq=1");
        await streaming.ReadResponseAsync();
        using var polling = await RawHttpClient.ConnectAsync(server.Front);
        await polling.GetAsync("/poll?cname=a&seq=1");
        await polling.ReadResponseAsync();

        server.Process.Signal(signal);

        // Not even a final chunk: a client that was cut off knows that it was.
        Assert.Empty(await streaming.ReadToEndAsync());
        Assert.Empty(await polling.ReadToEndAsync());
        Assert.Equal(0, await server.Process.UntilExitAsync());
    }

    [Fact]
    public async Task A_server_starts_again_at_once_where_it_ended_with_connections_open()
    {
        await using var server = await ICometServer.StartAsync(new ICometConf());
        using var streaming = await RawHttpClient.ConnectAsync(server.Front);
        await streaming.GetAsync("/stream?cname=a&seq=1");
        await streaming.ReadResponseAsync();
        server.Process.Signal(PosixSignal.SIGTERM);
        await server.Process.UntilExitAsync();

        server.Start();
        await server.UntilListeningAsync();

        using var again = await RawHttpClient.ConnectAsync(server.Front);
        await again.GetAsync("/poll?cname=a");
        Assert.Equal(
            """{"type":"next_seq","cname":"a","seq":1,"content":""}""" + "\n",
            await (await again.ReadResponseAsync()).ReadBodyAsync());
    }
}
