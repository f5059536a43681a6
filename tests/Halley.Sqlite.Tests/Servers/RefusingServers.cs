using Halley.Testing;
using Microsoft.Data.Sqlite;

namespace Halley.Sqlite.Tests.Servers;

/// <summary>What a server says that cannot use its directory, at its start and later.</summary>
public sealed class RefusingServers : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_short_form_keeps_channels_and_a_second_server_on_the_directory_does_not_start()
    {
        using var port = new ReservedPort();
        await using var first = Start("--data", "data", "--admin", $"{port.OnLoopback}");
        await first.UntilListeningAsync(port.OnLoopback);

        await using var second = Start("--data", "data", "--admin", "127.0.0.1:0");

        Assert.Equal(1, await second.UntilExitAsync());
        Assert.Equal(
            $"halley: {_folder.FullName}/data (storage.path) belongs to a server that runs; each needs a directory of "
                + "its own\n",
            second.Errors);
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "data", "halley.db")));
    }

    [Fact]
    public async Task Both_Redis_and_a_directory_are_refused()
    {
        await using var server = Start("--data", "data", "--set", "redis.url=redis://127.0.0.1:1");

        Assert.Equal(1, await server.UntilExitAsync());
        Assert.Equal(
            "halley: storage.path and redis.url are both set; channels lie on this machine, or in Redis: leave one "
                + "out\n",
            server.Errors);
    }

    [Fact]
    public async Task A_server_whose_disk_takes_nothing_says_so_to_publishers_and_to_who_asks_whether_it_is_ready()
    {
        using var port = new ReservedPort();
        await using var server = Start("--data", "data", "--admin", $"{port.OnLoopback}");
        await server.UntilListeningAsync(port.OnLoopback);
        Assert.Equal((200, "{\"status\":\"ready\"}"), await AskAsync(port, "/health/ready"));

        using (var file = new SqliteConnection($"Data Source={_folder.FullName}/data/halley.db;Pooling=False"))
        {
            file.Open();
            Execute(file, "BEGIN IMMEDIATE");
            const string Why = "The storage cannot be used: another program has locked it (storage.path).";
            var (status, body) = await AskAsync(port, "/push?cname=news&content=x");
            Assert.Equal(503, status);
            Assert.Contains(Why, body, StringComparison.Ordinal);
            Assert.Equal(
                (503, $"{{\"status\":\"not ready\",\"reasons\":[\"{Why}\"]}}"), await AskAsync(port, "/health/ready"));
            Execute(file, "ROLLBACK");
        }

        Assert.Equal((200, "{\"type\":\"ok\"}\n"), await AskAsync(port, "/push?cname=news&content=x"));
        Assert.Equal((200, "{\"status\":\"ready\"}"), await AskAsync(port, "/health/ready"));
    }

    private ServerProcess Start(params string[] arguments) =>
        ServerProcess.Start(_folder.FullName, ["--front", "off", .. arguments]);

    private static async Task<(int Status, string Body)> AskAsync(ReservedPort port, string target)
    {
        using var client = await RawHttpClient.ConnectAsync(port.OnLoopback);
        await client.GetAsync(target);
        var answer = await client.ReadResponseAsync();
        return (answer.Status, await answer.ReadBodyAsync());
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
