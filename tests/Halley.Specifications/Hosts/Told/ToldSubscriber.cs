using System.Globalization;
using System.Net;
using System.Text.Json;
using Halley.Testing;

namespace Halley.Specifications.Hosts.Told;

/// <summary>
/// A subscriber that keeps its place, and checks each thing it hears when it hears it: every offset comes once and in
/// order, as a message or as told to be lost. It may leave, and go on by another wire.
/// </summary>
/// <param name="front">Where iComet's subscribers come.</param>
/// <param name="own">Where the others do.</param>
public sealed class ToldSubscriber(IPEndPoint front, IPEndPoint own, string channel, Wire wire) : IDisposable
{
    private readonly List<RawHttpClient> _clients = [];
    private RawHttpClient? _client;
    private RawResponse? _answer;
    private RawWebSocket? _socket;
    private string? _eventId;
    private string _unread = "";

    public Wire Wire { get; set; } = wire;

    /// <summary>"0" while it knows none.</summary>
    public string Epoch { get; set; } = "0";

    /// <summary>The offset it wants next; 0 while it knows none.</summary>
    public long Next { get; set; }

    /// <summary>All that it heard: the contents of messages, and what else it was told in words.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>The messages alone.</summary>
    public IEnumerable<string> Messages => Heard.Where(line => !line.Contains(' ', StringComparison.Ordinal));

    private IPEndPoint Address => Wire.IsFront ? front : own;

    /// <summary>Asks from where it is; the server has taken it in when this returns.</summary>
    public async Task OpenAsync()
    {
        if (Wire.Kind == WireKind.WebSocket)
        {
            _socket = await RawWebSocket.ConnectAsync(Address, Target, Wire.Fields);
            _clients.Add(_client = _socket.Client);
            return;
        }

        _client = await RawHttpClient.ConnectAsync(Address);
        _clients.Add(_client);
        await AskAsync();
    }

    /// <summary>The same where it is not connected, or its poll was answered.</summary>
    public async Task OpenUnlessOpenAsync()
    {
        if (_client is null)
        {
            await OpenAsync();
        }
        else if (Wire.Kind == WireKind.Poll && _answer is null)
        {
            await AskAsync();
        }
    }

    /// <summary>Lets an event stream come back with the place it has now, rather than with its last id.</summary>
    public void ForgetEventId() => _eventId = null;

    /// <summary>Hears until it has so many lines in all. Where a poll is answered it asks again.</summary>
    public async Task HearAsync(int lines)
    {
        while (Heard.Count < lines)
        {
            await HearAsync();
        }
    }

    /// <summary>Hears until something is so.</summary>
    public async Task HearUntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await HearAsync();
        }
    }

    /// <summary>Hears the next thing there is, which may be nothing that counts.</summary>
    public async Task HearAsync()
    {
        if (_client is null)
        {
            await OpenAsync();
        }

        var piece = await ReadAsync();
        foreach (var told in Wire.ObjectsIn(piece))
        {
            Hear(told);
        }

        if (Wire.Kind == WireKind.Events && Wire.EventIdOf(piece) is { } id)
        {
            Assert.Equal($"{Epoch}:{Next - 1}", id);
            _eventId = id;
        }
    }

    /// <summary>Leaves as a machine that was switched off does, with what it has not read.</summary>
    public void Leave()
    {
        _client?.Reset();
        Forget();
    }

    /// <summary>
    /// Comes back by a connection of its own, while the server holds the old one: nobody closed it, and nobody reads
    /// it.
    /// </summary>
    public void Forget()
    {
        (_client, _answer, _socket, _unread) = (null, null, null, "");
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    // As a browser does: an event stream keeps the address that it was first opened with, and says the last id in a
    // field.
    private string Target =>
        string.Format(CultureInfo.InvariantCulture, Wire.Target, channel) + $"&seq={Next}&epoch={Epoch}";

    private async Task AskAsync()
    {
        var last = Wire.Kind == WireKind.Events && _eventId is not null ? $"Last-Event-ID: {_eventId}\r\n" : "";
        var target = last.Length == 0
            ? Target
            : string.Format(CultureInfo.InvariantCulture, Wire.Target, channel) + "&seq=0&epoch=";
        await _client!.SendAsync($"GET {target} HTTP/1.1\r\nHost: halley.test\r\n{Wire.Fields}{last}\r\n");
        _answer = await _client.ReadResponseAsync();
        Assert.Equal(200, _answer.Status);
    }

    private async Task<string> ReadAsync()
    {
        if (_socket is not null)
        {
            return await _socket.ReadTextOrCloseAsync() ?? throw new EndOfStreamException("The server closed it.");
        }

        if (Wire.Kind != WireKind.Poll)
        {
            return await ReadPieceAsync();
        }

        if (_answer is null)
        {
            await AskAsync();
        }

        var body = await _answer!.ReadBodyAsync();
        _answer = null;
        return body;
    }

    // However hosts cut it into chunks: an event ends with an empty line, everything else with its line.
    private async Task<string> ReadPieceAsync()
    {
        var end = Wire.Kind == WireKind.Events ? "\n\n" : "\n";
        while (!_unread.Contains(end, StringComparison.Ordinal))
        {
            _unread += await _answer!.ReadChunkAsync() ?? throw new EndOfStreamException("The answer ended.");
        }

        var length = _unread.IndexOf(end, StringComparison.Ordinal) + end.Length;
        (var piece, _unread) = (_unread[..length], _unread[length..]);
        return piece;
    }

    private void Hear(JsonElement told)
    {
        var type = told.GetProperty("type").GetString();
        Assert.Equal(channel, told.GetProperty("cname").GetString());
        var seq = told.GetProperty("seq").GetInt64();
        if (type == "data")
        {
            Assert.Equal(Next, seq);
            Next = seq + 1;
            Heard.Add(told.GetProperty("content").GetString()!);
            return;
        }

        var epoch = told.GetProperty("epoch").GetString()!;
        Assert.Equal("", told.GetProperty("content").GetString());
        switch (type)
        {
            case "exact":
                Assert.True(Epoch is "0" || Epoch == epoch, "In another epoch nothing is exact.");
                Assert.True(
                    Next == 0 || Next == seq, $"It stands at {Next}, and was told that exactly {seq} comes next.");
                (Epoch, Next) = (epoch, seq);
                break;
            case "gap":
                Assert.Equal(Epoch, epoch);
                Assert.Equal(Next, told.GetProperty("from").GetInt64());
                Assert.Equal(seq - 1, told.GetProperty("to").GetInt64());
                Heard.Add($"gap {Next}-{seq - 1} {told.GetProperty("reason")}");
                Next = seq;
                break;
            case "reset":
                (Epoch, Next) = (epoch, seq);
                Heard.Add($"reset {told.GetProperty("reason")}");
                break;
            case "noop":
                Assert.Equal(Epoch, epoch);
                Assert.Equal(Next - 1, told.GetProperty("top").GetInt64());
                Heard.Add("noop ");
                break;
            default:
                Assert.Equal("close", type);
                Assert.Equal((Epoch, Next), (epoch, seq));
                Heard.Add("close ");
                break;
        }
    }
}
