using System.IO.Pipelines;
using System.Net;
using System.Text;

namespace Halley.Client.Tests;

/// <summary>A subscriber, before a server that does what a script says.</summary>
public sealed class SubscriberTests : IDisposable
{
    private const string Exact = """{"type":"exact","cname":"news","seq":1,"epoch":"7","count":0,"content":""}""";
    private const string Refused = """{"type":"401","cname":"news","seq":0,"content":"Token Error"}""";
    private const string Close = """{"type":"close","cname":"news","seq":9,"epoch":"7","content":""}""";

    private readonly ScriptedServer _server = new();
    private readonly List<Disconnection> _lost = [];

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Goes_on_where_it_was_when_the_connection_ends()
    {
        _server.ThenEvents(Exact, Data(1, "one"), Data(2, "two")).ThenEvents(Data(2, "two"), Data(3, "three"), Close);

        Assert.Equal(["7:1 one", "7:2 two", "7:3 three"], await TellAsync(Client()));
        Assert.Equal(
            ["GET /sse?cname=news&seq=0&epoch=", "GET /sse?cname=news&seq=3&epoch=7"], _server.Asked);
    }

    [Theory]
    [InlineData(":0", "seq=1&epoch=")]
    [InlineData("7:41", "seq=42&epoch=7")]
    public async Task Begins_where_it_is_told_to(string position, string asked)
    {
        _server.ThenEvents(Close);

        await TellAsync(Client(), StreamPosition.Parse(position));

        Assert.Equal([$"GET /sse?cname=news&{asked}"], _server.Asked);
    }

    [Fact]
    public async Task Keeps_what_stands_in_the_address_and_escapes_names_and_tokens()
    {
        _server.ThenEvents(Close);
        var client = Client(
            token: (channel, _) => ValueTask.FromResult($"for {channel}"), front: "http://push.example/app/?key=1");

        await foreach (var _ in client.SubscribeAsync("a&b/ü", cancellationToken: Ended))
        {
        }

        Assert.Equal(
            ["GET /app/sse?key=1&cname=a%26b%2F%C3%BC&seq=0&epoch=&token=for%20a%26b%2F%C3%BC"], _server.Asked);
    }

    [Theory]
    [InlineData("data: no object\n\n")]
    [InlineData("data: {\"cname\":\"news\"}\n\n")]
    [InlineData("data: {\"type\":\"data\",\"seq\":0,\"content\":\"zero\"}\n\n")]
    [InlineData("data: {\"type\":\"data\",\"seq\":\"1\"}\n\n")]
    [InlineData("data: {\"type\":\"data\",\"seq\":1,\"content\":\"cut")]
    [InlineData("")]
    public async Task Connects_again_where_it_does_not_understand(string text)
    {
        _server.ThenStream(ScriptedServer.Events(Exact) + text).ThenEvents(Exact, Data(1, "one"), Close);

        Assert.Equal(["7:1 one"], await TellAsync(Client()));
        Assert.Single(_lost);
    }

    [Fact]
    public async Task Takes_a_page_of_a_proxy_for_no_connection()
    {
        _server
            .Then(() => ScriptedServer.Answer(HttpStatusCode.OK, "text/html", "<html>"))
            .Then(HttpStatusCode.BadGateway, "")
            .ThenBreaks()
            .ThenEvents(Exact, Data(1, "one"), Close);

        Assert.Equal(["7:1 one"], await TellAsync(Client()));
        Assert.Equal(3, _lost.Count);
    }

    [Fact]
    public async Task Connects_again_where_a_heartbeat_knows_of_more()
    {
        const string Heartbeat = """{"type":"noop","cname":"news","seq":1,"epoch":"7","top":1,"content":""}""";
        _server
            .ThenEvents(Exact, Heartbeat, Data(2, ""))
            .ThenEvents(Exact, Data(1, "one"), Close);

        Assert.Equal(["7:1 one"], await TellAsync(Client()));
    }

    [Fact]
    public async Task Is_refused_a_message_that_is_too_large_and_can_go_on_with_another_limit()
    {
        _server.ThenEvents(Exact, Data(1, "one"), Data(2, new string('x', 2000)), Close);
        var told = new List<ChannelItem>();

        var error = await Assert.ThrowsAsync<HalleyException>(async () =>
        {
            await foreach (var item in Client(maxEventBytes: 1000).SubscribeAsync("news", cancellationToken: Ended))
            {
                told.Add(item);
            }
        });

        Assert.Equal(HalleyErrorCode.MessageTooLarge, error.Code);
        Assert.Equal(["7:2 " + new string('x', 2000)], await TellAsync(Client(), Assert.Single(told).Position));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, "bad_request")]
    [InlineData(HttpStatusCode.Forbidden, "forbidden")]
    [InlineData(HttpStatusCode.NotFound, "refused")]
    public async Task Is_told_of_a_refusal_that_waiting_does_not_mend(HttpStatusCode status, string code)
    {
        _server.Then(status, "");

        var error = await Assert.ThrowsAsync<HalleyException>(() => TellAsync(Client()));

        Assert.Equal((code, status), (error.Code, error.Status));
    }

    [Theory]
    [InlineData("of-icomet", "&token=of-icomet")]
    [InlineData("head.claims.signature", "&access_token=head.claims.signature")]
    public async Task Says_a_token_by_the_name_that_its_kind_has(string token, string said)
    {
        _server.ThenEvents(Exact).ThenEvents(Close);

        await TellAsync(Client(token: (_, _) => ValueTask.FromResult(token)));

        Assert.EndsWith(said, _server.Asked.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asks_for_another_token_when_one_was_refused()
    {
        _server.ThenEvents(Refused).ThenEvents(Refused).ThenEvents(Exact).ThenEvents(Refused).ThenEvents(Close);
        var asked = 0;

        await TellAsync(Client(token: (_, _) => ValueTask.FromResult($"{++asked}")));

        Assert.Equal(["1", "2", "3", "3", "4"], _server.Asked.Select(one => one.Split("token=")[1]));
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task Is_told_that_it_is_not_let_in(bool hasTokens, int tries)
    {
        _server.ThenEvents(Refused);

        var error = await Assert.ThrowsAsync<HalleyException>(() => TellAsync(
            Client(token: hasTokens ? (_, _) => ValueTask.FromResult("wrong") : null)));

        Assert.Equal(HalleyErrorCode.Unauthorized, error.Code);
        Assert.Equal(tries, _server.Asked.Count);
        Assert.DoesNotContain("wrong", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_told_a_place_to_resume_with_that_loses_no_gap()
    {
        _server.ThenEvents(
            """{"type":"gap","cname":"news","seq":6,"epoch":"7","from":4,"to":5,"reason":"evicted"}""", Close);
        var places = new List<string>();

        var told = await TellAsync(
            Client(connected: (channel, place) => places.Add($"{channel} {place}")), new StreamPosition("7", 3));

        Assert.Equal(["news 7:3"], places);
        Assert.Equal(["7:5 gap: 4 to 5 are lost, evicted"], told);
    }

    [Fact]
    public async Task Leaves_when_it_is_cancelled()
    {
        var pipe = new Pipe();
        await SayAsync(pipe, ScriptedServer.Events(Exact, Data(1, "one")));
        _server.ThenHeld(pipe);
        using var leaving = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Client().SubscribeAsync("news", cancellationToken: leaving.Token))
            {
                await leaving.CancelAsync();
            }
        });
        Assert.Empty(_lost);
    }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private static string Data(long seq, string content) =>
        $$"""{"type":"data","cname":"news","seq":{{seq}},"content":"{{content}}"}""";

    private static async Task SayAsync(Pipe pipe, string text) =>
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text), Ended);

    private static async Task<List<string>> TellAsync(HalleyClient client, StreamPosition? from = null)
    {
        var told = new List<string>();
        await foreach (var item in client.SubscribeAsync("news", from, Ended))
        {
            told.Add($"{item.Position} {item}");
        }

        return told;
    }

    private HalleyClient Client(
        Func<string, CancellationToken, ValueTask<string>>? token = null,
        Action<string, StreamPosition>? connected = null,
        int maxEventBytes = 1 << 20,
        string front = "http://push.example/") => new(
        new HalleyClientOptions
        {
            FrontAddress = new Uri(front),
            Token = token,
            Connected = connected,
            Disconnected = _lost.Add,
            MaxEventBytes = maxEventBytes,
            MinReconnectDelay = TimeSpan.FromMilliseconds(1),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(1),
        },
        new HttpClient(_server));
}
