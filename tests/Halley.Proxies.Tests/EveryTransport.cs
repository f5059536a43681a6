using System.Runtime.CompilerServices;
using System.Text.Json;
using Halley.Testing;

namespace Halley.Proxies.Tests;

/// <summary>
/// Through nginx and haproxy, with the configurations that are shipped, every transport does what it does without them.
/// </summary>
public sealed class EveryTransport(PatientServer patient)
{
    public static TheoryData<Way, string> All
    {
        get
        {
            var all = new TheoryData<Way, string>();
            foreach (var way in Enum.GetValues<Way>())
            {
                foreach (var transport in Subscriber.Transports)
                {
                    all.Add(way, transport);
                }
            }

            return all;
        }
    }

    public static TheoryData<Way> AllWays => [.. Enum.GetValues<Way>()];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_held_request_gets_each_message_at_once_and_in_order(Way way, string transport)
    {
        var channel = NewChannel(way, transport);
        await using var subscriber = await Subscriber.OpenAsync(patient, way, transport, channel, seq: 1);
        await UntilSubscribedAsync(patient, channel);

        // Each is awaited before the next is published: what a proxy held back would never come.
        for (var n = 1; n <= 20; n++)
        {
            await PublishAsync(patient, channel, $"{n}");
            Assert.Equal((n, $"{n}"), Data(await subscriber.NextAsync()));
        }

        await PublishAsync(patient, channel, [.. Enumerable.Range(21, 180).Select(n => $"{n}")]);

        for (var n = 21; n <= 200; n++)
        {
            Assert.Equal((n, $"{n}"), Data(await subscriber.NextAsync()));
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public async Task A_large_message_comes_whole(Way way)
    {
        var channel = NewChannel(way, "large");
        var text = string.Concat(Enumerable.Range(0, 6_000).Select(n => $"{n} "));
        foreach (var transport in Subscriber.Transports)
        {
            await using var subscriber = await Subscriber.OpenAsync(
                patient, way, transport, channel + transport, seq: 1);
            await UntilSubscribedAsync(patient, channel + transport);
            await PublishAsync(patient, channel + transport, text);
            Assert.Equal((1, text), Data(await subscriber.NextAsync()));
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public async Task Many_are_held_by_one_proxy_and_each_is_told(Way way)
    {
        var channel = NewChannel(way, "many");
        var held = new List<Subscriber>();
        for (var n = 0; n < 100; n++)
        {
            held.Add(
                await Subscriber.OpenAsync(
                    patient, way, Subscriber.Transports[n % Subscriber.Transports.Length], channel, seq: 1));
        }

        await UntilSubscribedAsync(patient, channel, held.Count);
        await PublishAsync(patient, channel, "to all");
        foreach (var subscriber in held)
        {
            Assert.Equal((1, "to all"), Data(await subscriber.NextAsync()));
            await subscriber.DisposeAsync();
        }
    }

    // Not by nginx over HTTP/2: it keeps a head until there is something to send behind it.
    [Theory]
    [InlineData(Way.NginxClassic)]
    [InlineData(Way.NginxTls)]
    [InlineData(Way.Haproxy)]
    [InlineData(Way.HaproxyTls)]
    [InlineData(Way.HaproxyHttp2)]
    public async Task An_answer_begins_before_there_is_a_message(Way way)
    {
        using var client = patient.Client(way);
        using var response = await client.GetAsync(
            new Uri($"sse?cname={NewChannel(way, "sse")}&seq=1", UriKind.Relative),
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);

        Assert.Equal("text/event-stream; charset=utf-8", response.Content.Headers.ContentType?.ToString());
    }

    private static string NewChannel(Way way, string transport, [CallerMemberName] string of = "") =>
        $"{of}-{way}-{transport}";

    internal static string TypeOf(JsonElement message) => message.GetProperty("type").GetString()!;

    internal static (int Seq, string Content) Data(JsonElement message)
    {
        Assert.Equal("data", TypeOf(message));
        return (message.GetProperty("seq").GetInt32(), message.GetProperty("content").GetString()!);
    }

    internal static async Task PublishAsync(ProxiedServer server, string channel, params string[] contents)
    {
        using var client = await RawHttpClient.ConnectAsync(server.Server.Admin);
        foreach (var content in contents)
        {
            await client.PostAsync("/push", $"cname={channel}&content={Uri.EscapeDataString(content)}");
            var answer = await client.ReadResponseAsync();
            Assert.Equal(200, answer.Status);
            await answer.ReadBodyAsync();
        }
    }

    internal static async Task UntilSubscribedAsync(ProxiedServer server, string channel, int count = 1)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        using var client = await RawHttpClient.ConnectAsync(server.Server.Admin);
        string answer;
        do
        {
            Assert.False(patience.IsCancellationRequested, $"{channel} does not come to {count} subscribers.");
            await client.GetAsync($"/info?cname={channel}");
            answer = await (await client.ReadResponseAsync()).ReadBodyAsync();
        }
        while (answer != $"{{\"cname\": \"{channel}\", \"subscribers\": {count}}}\n");
    }
}
