using Halley.Testing;

namespace Halley.EndToEnd.Tests.DifferencesFromIComet;

/// <summary>
/// What an editor does to a file without telling changes nothing. iComet loses a digit or a section by it.
/// </summary>
[Trait("differs", "icomet")]
public sealed class ConfWithoutTraps
{
    [Fact]
    public async Task The_last_line_needs_no_line_end()
    {
        await using var server = await ICometServer.StartAsync(
            new ICometConf { PollingTimeout = 17, Edit = text => text.TrimEnd('\n') });

        Assert.Contains("\"sub_timeout\":17}", await PingAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_may_begin_with_a_byte_order_mark()
    {
        await using var server = await ICometServer.StartAsync(
            new ICometConf
            {
                Edit = text => "\ufefffront:" + text.Split("\nfront:")[1] + text.Split("\nfront:")[0] + "\n",
            });

        Assert.Contains("\"sub_timeout\":120}", await PingAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_without_a_polling_timeout_is_a_failure()
    {
        await using var server = ICometServer.Prepare(new ICometConf { PollingTimeout = 0 });
        await using var process = server.Run();

        Assert.Equal(1, await process.UntilExitAsync());
        Assert.Contains("polling_timeout", process.Errors, StringComparison.Ordinal);
    }

    private static async Task<string> PingAsync(ICometServer server)
    {
        using var client = await RawHttpClient.ConnectAsync(server.Front);
        await client.GetAsync("/ping");
        return await (await client.ReadResponseAsync()).ReadBodyAsync();
    }
}
