using System.Globalization;
using System.Runtime.InteropServices;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary><c>halley sub</c> is told everything, or what it has lost.</summary>
public sealed class Following
{
    [Fact]
    public async Task A_subscriber_that_comes_back_too_late_says_what_is_lost()
    {
        await using var server = await ICometServer.StartAsync(new ICometConf { ChannelBufferSize = 2 });
        for (var message = 1; message <= 9; message++)
        {
            await PushAsync(server, string.Create(CultureInfo.InvariantCulture, $"m{message}"));
        }

        await using var late = ServerProcess.Start(
            Path.GetTempPath(), ["sub", "news", "--front", $"{server.Front}", "--seq", "1", "--count", "1"]);

        Assert.Equal(0, await late.UntilExitAsync());
        Assert.Matches("^halley: messages 1 to [78] are lost: newer ones took the place", late.Errors);
        Assert.Matches("^[89]\tm[89]\n$", late.Output);
    }

    [Fact]
    public async Task A_server_that_starts_again_is_found_and_the_loss_is_said()
    {
        await using var server = await ICometServer.StartAsync(new ICometConf());
        await using var subscriber = ServerProcess.Start(
            Path.GetTempPath(), ["sub", "news", "--front", $"{server.Front}", "--seq", "1", "--count", "2"]);
        await PushAsync(server, "one");
        await UntilAsync(() => subscriber.Output.Contains("1\tone", StringComparison.Ordinal));

        server.Process.Signal(PosixSignal.SIGTERM);
        await server.Process.UntilExitAsync();
        server.Start();
        await server.UntilListeningAsync();
        await UntilAsync(() => subscriber.Errors.Contains("the channel began anew", StringComparison.Ordinal));
        await PushAsync(server, "two");

        Assert.Equal(0, await subscriber.UntilExitAsync());
        Assert.Equal("1\tone\n1\ttwo\n", subscriber.Output);
    }

    private static async Task PushAsync(ICometServer server, string text)
    {
        await using var push = ServerProcess.Start(
            Path.GetTempPath(), ["push", "news", text, "--admin", $"{server.Admin}"]);
        Assert.Equal(0, await push.UntilExitAsync());
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (!isSo())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
