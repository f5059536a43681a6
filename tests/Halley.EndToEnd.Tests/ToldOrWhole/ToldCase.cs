using System.Runtime.CompilerServices;
using Halley.Specifications.Hosts.Told;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.ToldOrWhole;

/// <summary>What the cases about told-or-whole do: subscribe by any wire, publish, and let the server end.</summary>
public abstract class ToldCase : IDisposable
{
    private readonly List<IDisposable> _toDispose = [];
    private int _channels;

    /// <summary>The name of a channel that no other case uses.</summary>
    protected string NewChannel([CallerMemberName] string of = "") =>
        $"{of}-{RuntimeHelpers.GetHashCode(this):x}-{++_channels}";

    internal ToldSubscriber Subscriber(JsonServer server, string channel, string wire)
    {
        var subscriber = new ToldSubscriber(server.Front, server.Own, channel, Wire.Named(wire));
        _toDispose.Add(subscriber);
        return subscriber;
    }

    /// <summary>One that has heard where the stream stands.</summary>
    internal async Task<ToldSubscriber> SettledAsync(JsonServer server, string channel, string wire)
    {
        var subscriber = Subscriber(server, channel, wire);
        await subscriber.HearUntilAsync(() => subscriber.Next > 0);
        return subscriber;
    }

    /// <summary>Publishes, and returns when the last was acknowledged.</summary>
    internal async Task PushAsync(JsonServer server, string channel, params string[] contents)
    {
        var publisher = await AdminAsync(server);
        foreach (var batch in contents.Chunk(50))
        {
            await publisher.SendAsync(
                string.Concat(
                    batch.Select(
                        content => $"GET /push?cname={channel}&content={content} HTTP/1.1\r\nHost: x\r\n\r\n")));
            foreach (var _ in batch)
            {
                Assert.Equal("{\"type\":\"ok\"}\n", await (await publisher.ReadResponseAsync()).ReadBodyAsync());
            }
        }
    }

    internal async Task<string> AskAsync(JsonServer server, string target)
    {
        var client = await AdminAsync(server);
        await client.GetAsync(target);
        var answer = await client.ReadResponseAsync();
        Assert.Equal(200, answer.Status);
        return await answer.ReadBodyAsync();
    }

    /// <summary>Numbers as contents.</summary>
    protected static string[] Numbers(int from, int to) =>
        [.. Enumerable.Range(from, to - from + 1).Select(number => $"{number}")];

    public void Dispose()
    {
        _toDispose.ForEach(one => one.Dispose());
        GC.SuppressFinalize(this);
    }

    private async Task<RawHttpClient> AdminAsync(JsonServer server)
    {
        var client = await RawHttpClient.ConnectAsync(server.Admin);
        _toDispose.Add(client);
        return client;
    }
}
