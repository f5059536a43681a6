using System.IO.Pipelines;
using System.Net;
using System.Text;

namespace Halley.Client.Tests;

/// <summary>How long a subscriber waits, and for what.</summary>
public sealed class WaitsOfSubscribers : IDisposable
{
    private const string Exact = """{"type":"exact","cname":"news","seq":1,"epoch":"7","count":0,"content":""}""";
    private const string Message = """{"type":"data","cname":"news","seq":1,"content":"one"}""";
    private const string Close = """{"type":"close","cname":"news","seq":9,"epoch":"7","content":""}""";

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(500);

    private readonly ScriptedServer _server = new();
    private readonly WaitingTime _time = new();
    private readonly Pipe _pipe = new();
    private readonly List<Disconnection> _lost = [];

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Silence_is_a_broken_connection()
    {
        _server.ThenHeld(_pipe).ThenEvents(Message, Close);
        var told = TellAsync();
        await SayAsync(ScriptedServer.Events(Exact));
        await _time.UntilWaitedForAsync(45);
        _time.Advance(TimeSpan.FromSeconds(44));
        await SayAsync(": a heartbeat\n\n");
        await _time.UntilWaitedForAsync(45);
        _time.Advance(TimeSpan.FromSeconds(45));
        await SkipAsync(TimeSpan.Zero);

        Assert.Equal(["one"], await told);
        Assert.Equal("Nothing was heard for 45 s.", Assert.Single(_lost).Reason);
    }

    [Fact]
    public async Task A_first_word_that_does_not_come_is_a_broken_connection()
    {
        _server.ThenHeld(_pipe).ThenEvents(Message, Close);
        var told = TellAsync();
        await _time.UntilWaitedForAsync(10);
        _time.Advance(TimeSpan.FromSeconds(10));
        await SkipAsync(TimeSpan.Zero);

        Assert.Equal(["one"], await told);
        Assert.Equal("The server said nothing within 10 s.", Assert.Single(_lost).Reason);
    }

    [Fact]
    public async Task Nothing_is_silent_while_an_item_is_dealt_with()
    {
        _server.ThenHeld(_pipe);
        await SayAsync(ScriptedServer.Events(Exact, Message));
        await foreach (var item in Client().SubscribeAsync("news", cancellationToken: Ended))
        {
            Assert.Equal("one", item.ToString());
            _time.Advance(TimeSpan.FromHours(1));
            await SayAsync(ScriptedServer.Events(Close));
        }

        Assert.Empty(_lost);
    }

    [Fact]
    public async Task Retry_After_is_waited()
    {
        _server.Then(HttpStatusCode.ServiceUnavailable, "", ("Retry-After", "7")).ThenEvents(Message, Close);
        var told = TellAsync();
        await SkipAsync(TimeSpan.FromSeconds(7));

        Assert.Equal(["one"], await told);
    }

    [Fact]
    public async Task What_an_event_stream_says_of_retrying_holds_for_further_tries_too()
    {
        _server.ThenStream($"retry: 3000\n{ScriptedServer.Events(Exact)}").ThenBreaks().ThenEvents(Message, Close);
        var told = TellAsync();
        await SkipAsync(TimeSpan.FromSeconds(3));
        // By then the outage itself asks for no more.
        await SkipAsync(TimeSpan.FromSeconds(3), most: TimeSpan.FromSeconds(2));

        Assert.Equal(["one"], await told);
    }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private async Task SayAsync(string text) => await _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text), Ended);

    /// <summary>Lets the pause before the next try pass, which is so long and some part of a little more.</summary>
    private async Task SkipAsync(TimeSpan asked, TimeSpan? most = null) =>
        _time.Advance(await _time.UntilWaitedForAsync(asked, asked + (most ?? Least)));

    private HalleyClient Client() => new(
        new HalleyClientOptions { TimeProvider = _time, Disconnected = _lost.Add }, new HttpClient(_server));

    private async Task<List<string?>> TellAsync()
    {
        var told = new List<string?>();
        await foreach (var item in Client().SubscribeAsync("news", cancellationToken: Ended))
        {
            told.Add(item.ToString());
        }

        return told;
    }
}
