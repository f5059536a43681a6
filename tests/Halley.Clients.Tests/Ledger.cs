using System.Globalization;
using Halley.Testing;

namespace Halley.Clients.Tests;

/// <summary>
/// A server that is killed and started again; what was published, life by life; and whether what a client says of it is
/// true and whole. Clients print <c>message SEQ TEXT</c>, <c>gap FROM TO REASON</c>, <c>reset …</c>, and whatever else.
/// </summary>
public sealed class Ledger : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly List<List<string>> _lives = [[]];
    private int _count;

    private Ledger(ICometServer server) => Server = server;

    public ICometServer Server { get; }

    public string Front => $"http://{Server.Front}/";

    /// <summary>The line that a client prints of the newest message.</summary>
    public string Last => $"message {_lives[^1].Count} {_lives[^1][^1]}";

    public static async Task<Ledger> StartAsync(ICometConf conf) => new(await ICometServer.StartAsync(conf));

    public async Task PublishAsync(string channel, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await PublishAsync(channel, string.Create(CultureInfo.InvariantCulture, $"number {++_count}"));
        }
    }

    public async Task PublishAsync(string channel, string content)
    {
        // Written down first: one that was not acknowledged may have been delivered all the same.
        _lives[^1].Add(content);
        using var form = new FormUrlEncodedContent([new("cname", channel), new("content", content)]);
        using var answer = await _http.PostAsync(new Uri($"http://{Server.Admin}/push"), form);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Returns once somebody follows the channel.</summary>
    public Task UntilFollowedAsync(string channel) => UntilAsync(channel, isFollowed: true);

    public Task UntilFollowedByNobodyAsync(string channel) => UntilAsync(channel, isFollowed: false);

    /// <summary>The server dies without a word, and comes back at the same addresses knowing nothing.</summary>
    public async Task RestartAsync()
    {
        await Server.Process.KillAsync();
        _lives.Add([]);
        Server.Start();
        await Server.UntilListeningAsync();
    }

    /// <summary>
    /// Nothing twice, nothing in the wrong order, nothing missing that was not told; and after the last reset
    /// everything to the end.
    /// </summary>
    public void Check(IReadOnlyList<string> told)
    {
        List<List<string[]>> lives = [[]];
        foreach (var words in told.Select(line => line.Split(' ', 3)))
        {
            if (words[0] == "reset")
            {
                lives.Add([]);
            }

            lives[^1].Add(words);
        }

        Assert.Equal(_lives.Count, lives.Count);
        var ends = lives.Zip(_lives, EndOf).ToList();
        Assert.Equal(_lives[^1].Count, ends[^1]);
    }

    /// <summary>The offset up to which everything was heard or told.</summary>
    private static int EndOf(List<string[]> told, List<string> published)
    {
        var end = 0;
        foreach (var words in told)
        {
            if (words[0] == "gap")
            {
                Assert.Equal(end + 1, Number(words[1]));
                end = Number(words[2].Split(' ')[0]);
            }
            else if (words[0] == "message")
            {
                Assert.Equal(end + 1, Number(words[1]));
                Assert.Equal(published[end], words[2]);
                end++;
            }
        }

        return end;
    }

    private async Task UntilAsync(string channel, bool isFollowed)
    {
        using var patience = new CancellationTokenSource(2 * RawHttpClient.Patience);
        var info = new Uri($"http://{Server.Admin}/info?cname={Uri.EscapeDataString(channel)}");
        while ((await _http.GetStringAsync(info, patience.Token)).Contains(
            "\"subscribers\": 0", StringComparison.Ordinal) == isFollowed)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }
}
