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
    public static async Task<Subscriber> OpenAsync(ProxiedServer server, Way way, string transport, string channel, int seq)
    {
        var query = $"cname={channel}&seq={seq}";
        if (transport == "ws")
        {
            return await SocketSubscriber.OpenAsync(server, way, $"ws?{query}");
        }

        var client = server.Client(way);
        return transport switch
        {
            "poll" => new PollSubscriber(client, $"poll?cname={channel}", "", seq),
            "jsonp" => new PollSubscriber(client, $"poll?cb=told&cname={channel}", "told", seq),
            _ => new StreamSubscriber(client, transport, query),
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

    public StreamSubscriber(HttpClient client, string transport, string query)
    {
        (_before, _after) = transport switch
        {
            "sse" => ("data: ", ""),
            "iframe" => ("<script>parent.icomet_cb(", ");</script>"),
            _ => ("", ""),
        };
        _client = client;
        _opening = OpenAsync(new Uri($"{transport}?{query}", UriKind.Relative));
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
        Assert.Equal(200, (int)response.StatusCode);
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
    private int _seq;

    public PollSubscriber(HttpClient client, string target, string callback, int seq)
    {
        (_client, _target, _callback, _seq) = (client, target, callback, seq);
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
                _seq = message.GetProperty("type").GetString() switch
                {
                    "data" => message.GetProperty("seq").GetInt32() + 1,
                    "next_seq" => message.GetProperty("seq").GetInt32(),
                    _ => _seq,
                };
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
        using var response = await _client.GetAsync(new Uri($"{_target}&seq={_seq}", UriKind.Relative));
        Assert.Equal(200, (int)response.StatusCode);
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

    public static async Task<SocketSubscriber> OpenAsync(ProxiedServer server, Way way, string target)
    {
        using var client = server.Client(way);
        var subscriber = new SocketSubscriber(new HttpMessageInvoker(server.Handler()));
        var options = subscriber._socket.Options;
        options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        if (way.HasHttp2WebSockets())
        {
            options.HttpVersion = System.Net.HttpVersion.Version20;
            options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        var url = new UriBuilder(new Uri(client.BaseAddress!, target)) { Scheme = way.IsTls() ? "wss" : "ws" }.Uri;
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        await subscriber._socket.ConnectAsync(url, subscriber._invoker, patience.Token);
        return subscriber;
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
