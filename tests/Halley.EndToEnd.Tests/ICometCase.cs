using System.Net;
using System.Runtime.CompilerServices;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>
/// What every case of the iComet protocol does: open connections, subscribe, publish, ask. Closes its connections at
/// the end.
/// </summary>
public abstract class ICometCase(SharedServer shared) : IDisposable
{
    private readonly List<RawHttpClient> _clients = [];
    private int _channels;

    protected ICometServer Server => shared.Server;

    protected ICometConf Conf => shared.Conf;

    /// <summary>The name of a channel that no other case uses.</summary>
    protected string NewChannel([CallerMemberName] string of = "") =>
        $"{of}-{RuntimeHelpers.GetHashCode(this):x}-{++_channels}";

    /// <summary>A message as it stands on the wire; content is the inside of a JSON string.</summary>
    protected static string Message(string type, string channel, int seq, string content = "") =>
        $$"""{"type":"{{type}}","cname":"{{channel}}","seq":{{seq}},"content":"{{content}}"}""";

    protected static string Data(string channel, int seq, string content) => Message("data", channel, seq, content);

    protected Task<RawHttpClient> ConnectFrontAsync() => ConnectAsync(Server.Front);

    protected Task<RawHttpClient> ConnectAdminAsync() => ConnectAsync(Server.Admin);

    protected async Task<RawHttpClient> ConnectAsync(IPEndPoint address, IPAddress? from = null)
    {
        var client = await RawHttpClient.ConnectAsync(address, from);
        _clients.Add(client);
        return client;
    }

    /// <summary>GETs from the front port, on a connection of its own; the head of the answer is there.</summary>
    protected async Task<RawResponse> FrontAsync(string target)
    {
        var client = await ConnectFrontAsync();
        await client.GetAsync(target);
        return await client.ReadResponseAsync();
    }

    /// <summary>GETs from the admin port, on a connection of its own; the head of the answer is there.</summary>
    protected async Task<RawResponse> AdminAsync(string target)
    {
        var client = await ConnectAdminAsync();
        await client.GetAsync(target);
        return await client.ReadResponseAsync();
    }

    /// <summary>The body that the admin port answers a GET with.</summary>
    protected async Task<string> AskAsync(string target)
    {
        var response = await AdminAsync(target);
        Assert.Equal(200, response.Status);
        return await response.ReadBodyAsync();
    }

    /// <summary>Subscribes; the head is there, and an iframe's page head is read.</summary>
    protected async Task<RawResponse> SubscribeAsync(Transport transport, string channel, int seq, string more = "")
    {
        var response = await FrontAsync($"/{transport.Path}?cname={Uri.EscapeDataString(channel)}&seq={seq}{more}");
        Assert.Equal(200, response.Status);
        if (transport == Transport.Iframe)
        {
            Assert.Equal(Transport.IframePage, await response.ReadChunkAsync());
        }

        return response;
    }

    /// <summary>The whole answer to a poll.</summary>
    protected async Task<string> PollAsync(string channel, int seq, string more = "") =>
        await (await SubscribeAsync(Transport.Poll, channel, seq, more)).ReadBodyAsync();

    /// <summary>Pushes, one after another, each answered before the next.</summary>
    protected async Task PushAsync(string channel, params string[] contents)
    {
        var client = await ConnectAdminAsync();
        foreach (var content in contents)
        {
            await client.GetAsync(
                $"/push?cname={Uri.EscapeDataString(channel)}&content={Uri.EscapeDataString(content)}");
            var response = await client.ReadResponseAsync();
            Assert.Equal(200, response.Status);
            Assert.Equal("{\"type\":\"ok\"}\n", await response.ReadBodyAsync());
        }
    }

    /// <summary>Pushes the same by /pub, which takes the inside of a JSON string.</summary>
    protected Task PubAsync(string channel, string content) =>
        AskAsync($"/pub?cname={Uri.EscapeDataString(channel)}&content={Uri.EscapeDataString(content)}");

    /// <summary>Whether the server knows the channel.</summary>
    protected async Task<bool> ExistsAsync(string channel) =>
        await AskAsync($"/check?cname={Uri.EscapeDataString(channel)}") switch
        {
            "{}\n" => false,
            var answer when answer == $"{{\"{channel}\": 1}}\n" => true,
            var answer => throw new InvalidDataException(answer),
        };

    /// <summary>Returns when the channel has so many subscribers.</summary>
    protected async Task UntilSubscribersAsync(string channel, int count)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        var client = await ConnectAdminAsync();
        string answer;
        do
        {
            Assert.False(patience.IsCancellationRequested, $"{channel} does not come to {count} subscribers.");
            await client.GetAsync($"/info?cname={Uri.EscapeDataString(channel)}");
            answer = await (await client.ReadResponseAsync()).ReadBodyAsync();
        }
        while (answer != $"{{\"cname\": \"{channel}\", \"subscribers\": {count}}}\n");
    }

    /// <summary>Listens to presence; the server has begun when this returns.</summary>
    protected async Task<RawResponse> ListenToPresenceAsync()
    {
        var response = await AdminAsync("/psub");
        Assert.Equal(200, response.Status);
        return response;
    }

    /// <summary>Reads presence up to the first line about this channel that says so: '1' online, '0' offline.</summary>
    protected static async Task UntilPresenceAsync(RawResponse presence, char state, string channel)
    {
        while (await presence.ReadChunkAsync() is { } line)
        {
            if (line == $"{state} {channel}\n")
            {
                return;
            }
        }

        Assert.Fail($"The presence feed ended before {state} {channel} came.");
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        GC.SuppressFinalize(this);
    }
}
