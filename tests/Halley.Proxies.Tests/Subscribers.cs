using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Halley.Testing;

namespace Halley.Proxies.Tests;

/// <summary>One client of a channel, by whatever transport: messages come one after another as JSON.</summary>
public abstract class Subscriber : IAsyncDisposable
{
    /// <summary>The transports of the front, and what a page without any of the newer ones does.</summary>
    public static readonly string[] Transports = ["poll", "jsonp", "stream", "sse", "iframe", "ws"];

    /// <summary>The next message, whatever its type.</summary>
    public abstract Task<JsonElement> NextAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>Asks; a WebSocket is open when this returns, of the others nothing needs to have come yet.</summary>
    public static Task<Subscriber> OpenAsync(
        ProxiedServer server, Way way, string transport, string channel, int seq) =>
        OpenAsync(server.Client(way), server.Handler(), way.HasHttp2WebSockets(), transport, channel, epoch: null, seq);

    /// <summary>The same for a client that was made already, which goes with what is returned.</summary>
    /// <param name="forSockets">What a WebSocket is opened with; goes with it.</param>
    /// <param name="epoch">With which it asks to be told whole; null where it does not.</param>
    public static async Task<Subscriber> OpenAsync(
        HttpClient client,
        HttpMessageHandler forSockets,
        bool hasHttp2WebSockets,
        string transport,
        string channel,
        string? epoch,
        long seq)
    {
        var place = $"cname={channel}&seq={seq}{(epoch is null ? "" : $"&epoch={epoch}")}";
        if (transport == "ws")
        {
            using (client)
            {
                return await SocketSubscriber.OpenAsync(
                    new Uri(client.BaseAddress!, $"ws?{place}"), forSockets, hasHttp2WebSockets);
            }
        }

        forSockets.Dispose();
        return transport switch
        {
            "poll" => new PollSubscriber(client, $"poll?cname={channel}", "", epoch, seq),
            "jsonp" => new PollSubscriber(client, $"poll?cb=told&cname={channel}", "told", epoch, seq),
            "sse" => new StreamSubscriber(client, $"sse?{place}", "data: "),
            "iframe" => new StreamSubscriber(client, $"iframe?{place}", "<script>parent.icomet_cb(", ");</script>"),
            _ => new StreamSubscriber(client, $"{transport}?{place}"),
        };
    }

    protected static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    protected static async Task<T> Patiently<T>(Task<T> task) => await task.WaitAsync(RawHttpClient.Patience);
}

/// <summary>An answer that lasts, read line by line.</summary>
public sealed class StreamSubscriber : Subscriber
{
    private readonly HttpClient _client;
    private readonly Task<StreamReader> _opening;
    private readonly string _before;
    private readonly string _after;

    /// <param name="before">What stands before each message in its line.</param>
    /// <param name="after">What stands behind it.</param>
    public StreamSubscriber(HttpClient client, string target, string before = "", string after = "")
    {
        (_client, _before, _after) = (client, before, after);
        _opening = OpenAsync(new Uri(target, UriKind.Relative));
    }

    /// <exception cref="IOException">The answer ended.</exception>
    public override async Task<JsonElement> NextAsync()
    {
        var reader = await _opening;
        while (await Patiently(reader.ReadLineAsync()) is { } line)
        {
            // Between messages stand empty lines, and a frame's page before them.
            if (line.StartsWith(_before + "{", StringComparison.Ordinal))
            {
                Assert.EndsWith(_after, line, StringComparison.Ordinal);
                return Parse(line[_before.Length..^_after.Length]);
            }
        }

        throw new EndOfStreamException("The answer ended.");
    }

    public override async ValueTask DisposeAsync()
    {
        _client.CancelPendingRequests();
        await Task.WhenAny(_opening);
        _client.Dispose();
    }

    private async Task<StreamReader> OpenAsync(Uri target)
    {
        var response = await _client.GetAsync(target, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        Assert.Equal(_client.DefaultRequestVersion, response.Version);
        return new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8);
    }
}

/// <summary>Asks again and again, always with the number after the last.</summary>
public sealed class PollSubscriber : Subscriber
{
    private readonly HttpClient _client;
    private readonly string _target;
    private readonly string _callback;
    private readonly Queue<JsonElement> _messages = new();
    private Task<string> _asked;
    private string? _epoch;
    private long _seq;

    public PollSubscriber(HttpClient client, string target, string callback, string? epoch, long seq)
    {
        (_client, _target, _callback, _epoch, _seq) = (client, target, callback, epoch, seq);
        _asked = AskAsync();
    }

    public override async Task<JsonElement> NextAsync()
    {
        while (_messages.Count == 0)
        {
            var answer = (await Patiently(_asked)).Trim();
            if (_callback.Length > 0)
            {
                Assert.StartsWith($"{_callback}(", answer, StringComparison.Ordinal);
                Assert.EndsWith(");", answer, StringComparison.Ordinal);
                answer = answer[(_callback.Length + 1)..^2];
            }

            var told = Parse(answer);
            foreach (var message in told.ValueKind == JsonValueKind.Array ? [.. told.EnumerateArray()] : new[] { told })
            {
                _messages.Enqueue(message);
                var type = message.GetProperty("type").GetString();
                _seq = type switch
                {
                    "data" => message.GetProperty("seq").GetInt64() + 1,
                    "next_seq" or "exact" or "gap" or "reset" => message.GetProperty("seq").GetInt64(),
                    _ => _seq,
                };
                _epoch = type is "exact" or "gap" or "reset" ? message.GetProperty("epoch").GetString() : _epoch;
            }

            _asked = AskAsync();
        }

        return _messages.Dequeue();
    }

    public override async ValueTask DisposeAsync()
    {
        _client.CancelPendingRequests();
        await Task.WhenAny(_asked);
        _client.Dispose();
    }

    private async Task<string> AskAsync()
    {
        using var response = await _client.GetAsync(
            new Uri($"{_target}&seq={_seq}{(_epoch is null ? "" : $"&epoch={_epoch}")}", UriKind.Relative));
        response.EnsureSuccessStatusCode();
        Assert.Equal(_client.DefaultRequestVersion, response.Version);
        return await response.Content.ReadAsStringAsync();
    }
}

/// <summary>A WebSocket, compressed where proxy and server agree.</summary>
public sealed class SocketSubscriber : Subscriber
{
    private readonly ClientWebSocket _socket = new();
    private readonly HttpMessageInvoker _invoker;

    private SocketSubscriber(HttpMessageInvoker invoker) => _invoker = invoker;

    /// <param name="target">Where it would be asked for by HTTP.</param>
    public static async Task<SocketSubscriber> OpenAsync(Uri target, HttpMessageHandler handler, bool overHttp2)
    {
        var subscriber = new SocketSubscriber(new HttpMessageInvoker(handler));
        var options = subscriber._socket.Options;
        options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        if (overHttp2)
        {
            options.HttpVersion = System.Net.HttpVersion.Version20;
            options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        var url = new UriBuilder(target) { Scheme = target.Scheme == "https" ? "wss" : "ws" }.Uri;
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        try
        {
            await subscriber._socket.ConnectAsync(url, subscriber._invoker, patience.Token);
            return subscriber;
        }
        catch
        {
            await subscriber.DisposeAsync();
            throw;
        }
    }

    public override async Task<JsonElement> NextAsync()
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(length), patience.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new EndOfStreamException($"The server closed: {_socket.CloseStatus}.");
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return Parse(Encoding.UTF8.GetString(buffer, 0, length));
            }
        }
    }

    public override ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _invoker.Dispose();
        return ValueTask.CompletedTask;
    }
}
