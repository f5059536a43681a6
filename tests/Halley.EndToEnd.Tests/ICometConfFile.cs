using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>How an icomet.conf is read.</summary>
public sealed class ICometConfFile
{
    [Fact]
    public async Task A_file_written_in_every_way_that_is_allowed_is_what_the_server_does()
    {
        await using var server = await StartAsync(text => ("# c\n\nunknown: 1\nothers:\n\tdeep:\n\t\tdeeper: x\n"
            + "front:\n\tpolling_timeout: 8\n\tauth: token\n"
            + text.Replace("front:", "\t# deep\n\t\t\t#deeper\n\t\nfront =", StringComparison.Ordinal)
            + "\tcolour: blue\n\tpolling_timeout =  9 # seconds\n")
            .Replace("\tchannel_timeout: 120\n", "", StringComparison.Ordinal)
            .Replace("auth: none", "auth: yes", StringComparison.Ordinal)
            .Replace("\n", "\r\n", StringComparison.Ordinal));

        Assert.Equal(9, await PollingTimeoutAsync(server));
        Assert.Equal(4, await ExpiresAsync(server));
        Assert.StartsWith("{\"type\":\"next_seq\"", await GetAsync(server, "/poll?cname=a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_number_of_subscribers_nobody_gets_in()
    {
        await using var server = await StartAsync(
            text => text.Replace("\tmax_subscribers_per_channel: 100\n", "", StringComparison.Ordinal));

        Assert.Equal(
            """{"type":"429","cname":"a","seq":0,"content":"Too many subscribers"}""" + "\n",
            await GetAsync(server, "/poll?cname=a"));
    }

    [Fact]
    public async Task The_address_may_be_a_name()
    {
        await using var server = await ICometServer.StartAsync(new ICometConf { Address = "localhost" });

        Assert.Equal(120, await PollingTimeoutAsync(server));
    }

    [Fact]
    public async Task A_path_is_beside_the_file_wherever_the_command_was_given()
    {
        await using var server = await StartAsync(text => text);
        await GetAsync(server, "/ping");

        Assert.True(File.Exists(Path.Combine(server.Folder, "halley.log")));
    }

    [Theory]
    [InlineData("\tlevel: info", "    level: info")]
    [InlineData("\tpolling_timeout: 120\n", "")]
    public async Task A_file_that_cannot_be_used_ends_the_start_with_1_and_a_word(string good, string bad)
    {
        await using var server = ICometServer.Prepare(
            new ICometConf { Edit = text => text.Replace(good, bad, StringComparison.Ordinal) });
        await using var process = server.Run();

        Assert.Equal(1, await process.UntilExitAsync());
        Assert.NotEqual("", process.Errors);
    }

    private static Task<ICometServer> StartAsync(Func<string, string> edit) =>
        ICometServer.StartAsync(new ICometConf { Edit = edit });

    private static async Task<string> GetAsync(ICometServer server, string target)
    {
        using var client = await RawHttpClient.ConnectAsync(server.Front);
        await client.GetAsync(target);
        return await (await client.ReadResponseAsync()).ReadBodyAsync();
    }

    private static async Task<int> PollingTimeoutAsync(ICometServer server)
    {
        var answer = await GetAsync(server, "/ping?cb=");
        return int.Parse(answer["({\"type\":\"ping\",\"sub_timeout\":".Length..^"});\n".Length]);
    }

    private static async Task<int> ExpiresAsync(ICometServer server)
    {
        using var client = await RawHttpClient.ConnectAsync(server.Admin);
        await client.GetAsync("/sign?cname=a");
        using var answer = System.Text.Json.JsonDocument.Parse(
            await (await client.ReadResponseAsync()).ReadBodyAsync());
        return answer.RootElement.GetProperty("expires").GetInt32();
    }
}
