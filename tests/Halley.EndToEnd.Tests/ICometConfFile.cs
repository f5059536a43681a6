using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>How an icomet.conf is read.</summary>
public sealed class ICometConfFile
{
    [Fact]
    public async Task Keys_and_values_are_parted_by_colon_or_equals_with_any_space_around()
    {
        await using var server = await StartAsync(text => text
            .Replace("polling_timeout: 120", "polling_timeout =  9  ", StringComparison.Ordinal)
            .Replace("front:", "front =", StringComparison.Ordinal));

        Assert.Equal(9, await PollingTimeoutAsync(server));
    }

    [Fact]
    public async Task Comments_empty_lines_and_the_line_ends_of_Windows_are_read_over()
    {
        await using var server = await StartAsync(text => ("# c\n\n"
            + text.Replace("front:", "\t# deep\n\t\t\t#deeper\n\t\nfront:", StringComparison.Ordinal))
            .Replace("polling_timeout: 120", "polling_timeout: 8", StringComparison.Ordinal)
            .Replace("\n", "\r\n", StringComparison.Ordinal));

        Assert.Equal(8, await PollingTimeoutAsync(server));
    }

    [Fact]
    public async Task The_last_of_two_equal_keys_counts()
    {
        await using var server = await StartAsync(text => text + "\tpolling_timeout: 8\n");

        Assert.Equal(8, await PollingTimeoutAsync(server));
    }

    [Fact]
    public async Task The_last_of_two_equal_sections_counts_whole()
    {
        await using var server = await StartAsync(text => "front:\n\tpolling_timeout: 8\n\tauth: token\n" + text);

        Assert.Equal(120, await PollingTimeoutAsync(server));
        Assert.StartsWith("{\"type\":\"next_seq\"", await GetAsync(server, "/poll?cname=a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_may_have_words_behind_it()
    {
        await using var server = await StartAsync(
            text => text.Replace("polling_timeout: 120", "polling_timeout: 6 # seconds", StringComparison.Ordinal));

        Assert.Equal(6, await PollingTimeoutAsync(server));
    }

    [Fact]
    public async Task Unknown_keys_are_read_over()
    {
        await using var server = await StartAsync(
            text => "unknown: 1\nothers:\n\tdeep:\n\t\tdeeper: x\n" + text + "\tcolour: blue\n");

        Assert.Equal(120, await PollingTimeoutAsync(server));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    public async Task A_channel_timeout_of_nothing_is_half_the_polling_timeout(string written)
    {
        await using var server = await StartAsync(text => text
            .Replace("polling_timeout: 120", "polling_timeout: 10", StringComparison.Ordinal)
            .Replace("channel_timeout: 120", $"channel_timeout: {written}", StringComparison.Ordinal));

        Assert.Equal(5, await ExpiresAsync(server));
    }

    [Fact]
    public async Task A_missing_channel_timeout_is_half_the_polling_timeout()
    {
        await using var server = await StartAsync(
            text => text.Replace("\tchannel_timeout: 120\n", "", StringComparison.Ordinal));

        Assert.Equal(60, await ExpiresAsync(server));
    }

    [Theory]
    [InlineData("TOKEN")]
    [InlineData("none")]
    [InlineData("yes")]
    [InlineData("token # needed")]
    public async Task Any_word_but_token_asks_for_no_token(string word)
    {
        await using var server = await StartAsync(
            text => text.Replace("auth: none", $"auth: {word}", StringComparison.Ordinal));

        Assert.StartsWith("{\"type\":\"next_seq\"", await GetAsync(server, "/poll?cname=a"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\tmax_subscribers_per_channel: 0\n")]
    [InlineData("")]
    public async Task Without_a_number_of_subscribers_nobody_gets_in(string line)
    {
        await using var server = await StartAsync(
            text => text.Replace("\tmax_subscribers_per_channel: 100\n", line, StringComparison.Ordinal));

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

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "spaces for a tab", "\tlevel: info", "    level: info" },
        { "no separator", "auth: none", "auth none" },
        { "a jump of two tabs", "\tauth: none", "\t\t\tauth: none" },
        { "a space before a comment", "front:", " # comment\nfront:" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_file_that_cannot_be_read_ends_the_start_with_1_and_a_word(string what, string good, string bad)
    {
        await using var server = ICometServer.Prepare(
            new ICometConf { Edit = text => text.Replace(good, bad, StringComparison.Ordinal) });
        await using var process = server.Run();

        Assert.Equal((what, 1), (what, await process.UntilExitAsync()));
        Assert.NotEqual("", process.Errors);
    }

    [Theory]
    [InlineData("\tpolling_timeout: 0\n")]
    [InlineData("\tpolling_timeout: -1\n")]
    [InlineData("")]
    public async Task Without_a_polling_timeout_it_does_not_start(string line)
    {
        await using var server = ICometServer.Prepare(
            new ICometConf { Edit = text => text.Replace("\tpolling_timeout: 120\n", line, StringComparison.Ordinal) });
        await using var process = server.Run();

        await process.UntilExitAsync();
        Assert.NotEqual("", process.Errors + process.Output);
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
