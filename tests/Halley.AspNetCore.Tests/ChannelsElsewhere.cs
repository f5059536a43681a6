using Halley.Sqlite;
using Halley.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Halley.AspNetCore.Tests;

/// <summary>The channels of an application lie in a file, or in Redis, which it shares with others.</summary>
public sealed class ChannelsElsewhere : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("halley-embedded").FullName;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_was_published_outlives_the_process_in_a_file()
    {
        HalleyPosition first;
        await using (var app = await InFileAsync())
        {
            first = await app.Halley.PublishAsync("news", "1");
            await app.Halley.PublishAsync("news", "2");
        }

        await using var again = await InFileAsync();
        using var client = await RawHttpClient.ConnectAsync(again.Address);
        await client.GetAsync($"/push/stream?cname=news&epoch={first.Epoch}&seq=2");
        await client.ReadThroughAsync("\"content\":\"2\"");
        await again.Halley.PublishAsync("news", "3");
        await client.ReadThroughAsync("\"content\":\"3\"");
        Assert.Equal(["2", "3"], await ReadAsync(again, first, 2));
        Assert.Equal("Healthy", await HealthAsync(again));
    }

    [Fact]
    public async Task A_directory_that_another_process_has_stops_the_start()
    {
        await using var app = await InFileAsync();
        await Assert.ThrowsAsync<StorageException>(InFileAsync);
    }

    [Fact]
    public async Task Several_applications_share_their_channels_by_Redis()
    {
        using var redis = new RedisServer();
        await using var one = await InRedisAsync(redis.Address);
        await using var other = await InRedisAsync(redis.Address);
        await UntilHealthyAsync(one);
        await UntilHealthyAsync(other);
        var first = await one.Halley.PublishAsync("news", "1");
        using var client = await RawHttpClient.ConnectAsync(other.Address);
        await client.GetAsync($"/push/stream?cname=news&epoch={first.Epoch}&seq=1");
        await client.ReadThroughAsync("\"content\":\"1\"");
        var reading = ReadAsync(other, first, 2);
        await one.Halley.PublishAsync("news", "2");
        await client.ReadThroughAsync("\"content\":\"2\"");
        await other.Halley.PublishAsync("news", "3");
        await client.ReadThroughAsync("\"content\":\"3\"");
        Assert.Equal(["2", "3"], await reading);
    }

    [Fact]
    public async Task An_application_without_its_Redis_is_unhealthy_until_it_is_there()
    {
        using var redis = new RedisServer();
        redis.Kill();
        await using var app = await InRedisAsync(redis.Address);
        Assert.Equal("Unhealthy", await HealthAsync(app));
        await Assert.ThrowsAsync<HalleyException>(() => app.Halley.PublishAsync("news", "1").AsTask());
        await Assert.ThrowsAsync<HalleyException>(() => ReadAsync(app, null, 1));
        redis.Start();
        await UntilHealthyAsync(app);
        await app.Halley.PublishAsync("news", "2");
    }

    [Fact]
    public async Task Channels_lie_in_one_place()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => App.StartAsync(
            channels: halley => halley.UseSqlite(_directory).UseRedis("127.0.0.1:1")));
        Assert.Contains("one place", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_that_mean_nothing_stop_the_start_with_what_would_be_right()
    {
        Assert.Equal(
            ["HalleySqliteOptions.Directory wants a directory for the file."],
            (await Assert.ThrowsAsync<OptionsValidationException>(() => App.StartAsync(
                channels: halley => halley.UseSqlite("")))).Failures);
        Assert.Equal(
            [
                "HalleyRedisOptions.Connection wants the address of Redis.",
                "HalleyRedisOptions.Node wants 1 to 100 letters, digits, dots, underscores and hyphens.",
            ],
            (await Assert.ThrowsAsync<OptionsValidationException>(() => App.StartAsync(
                channels: halley => halley.UseRedis("ssl=false", options => options.Node = "a b")))).Failures);
    }

    private Task<App> InFileAsync() => App.StartAsync(channels: halley => halley.UseSqlite(_directory));

    private static Task<App> InRedisAsync(string address) =>
        App.StartAsync(channels: halley => halley.UseRedis(address));

    private static async Task<List<string>> ReadAsync(App app, HalleyPosition? position, int count)
    {
        var heard = new List<string>();
        await foreach (var item in app.Halley.SubscribeAsync("news", position, Ended))
        {
            heard.Add(item.Text);
            if (heard.Count == count)
            {
                break;
            }
        }

        return heard;
    }

    private static async Task<string> HealthAsync(App app)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(app.Url("/health"), Ended);
        return await answer.Content.ReadAsStringAsync(Ended);
    }

    private static async Task UntilHealthyAsync(App app)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (await HealthAsync(app) != "Healthy")
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
