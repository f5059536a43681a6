using System.Net;
using System.Text.Json;
using Halley.Testing;

namespace Halley.Client.Tests;

/// <summary>A publisher, before a server that does what a script says.</summary>
public sealed class PublisherTests : IDisposable
{
    private const string Published = """{"epoch":"7","offset":4}""";

    private readonly ScriptedServer _server = new();
    private readonly WaitingTime _time = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Says_what_the_API_takes()
    {
        _server.Then(HttpStatusCode.OK, Published);

        var result = await Client(key: "secret").PublishAsync(
            "news",
            "hello",
            new PublishOptions
            {
                Event = "e",
                Id = "i",
                ContentType = "text/plain",
                HistorySize = 10,
                HistoryTtl = TimeSpan.FromMinutes(1),
                IdempotencyKey = "k",
            },
            Ended);

        Assert.Equal(new PublishResult(new StreamPosition("7", 4), IsRepeat: false), result);
        Assert.Equal(["POST /api/publish"], _server.Asked);
        Assert.Equal(["Bearer secret"], _server.Shown);
        Assert.Equal(
            [
                """{"channel":"news","data":"hello","event":"e","id":"i","content_type":"text/plain","""
                    + "\"history_size\":10,\"history_ttl\":60,\"idempotency_key\":\"k\"}",
            ],
            _server.Said);
    }

    [Fact]
    public async Task Sends_bytes_as_they_are()
    {
        _server.Then(HttpStatusCode.OK, Published);

        await Client().PublishAsync("news", new byte[] { 255, 0, 254 }, cancellationToken: Ended);

        Assert.Equal("/wD+", JsonElement.Parse(Assert.Single(_server.Said)).GetProperty("b64data").GetString());
        Assert.Null(Assert.Single(_server.Shown));
    }

    [Theory]
    [InlineData(HttpRequestError.ResponseEnded)]
    [InlineData(HttpRequestError.ConnectionError)]
    public async Task Repeats_what_was_not_answered_with_the_same_key(HttpRequestError error)
    {
        _server.ThenBreaks(error).Then(HttpStatusCode.BadGateway, "<html>").Then(
            HttpStatusCode.OK, """{"epoch":"7","offset":4,"repeated":true}""");

        var publishing = Client().PublishAsync("news", "hello", cancellationToken: Ended);
        await SkipAsync(TimeSpan.Zero);
        await SkipAsync(TimeSpan.Zero);

        Assert.True((await publishing).IsRepeat);
        Assert.Equal(3, _server.Said.Count);
        Assert.True(Guid.TryParse(KeyOf(Assert.Single(_server.Said.Distinct())), out _));
    }

    [Fact]
    public async Task Has_another_key_for_each_call()
    {
        _server.Then(HttpStatusCode.OK, Published);

        await Client().PublishAsync("news", "hello", cancellationToken: Ended);
        await Client().PublishAsync("news", "hello", cancellationToken: Ended);

        Assert.Equal(2, _server.Said.Select(KeyOf).Distinct().Count());
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, "too_many_channels")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "unavailable")]
    [InlineData(HttpStatusCode.InsufficientStorage, "out_of_memory")]
    public async Task Waits_as_long_as_the_server_asks_for(HttpStatusCode status, string code)
    {
        _server.Then(status, Refused(code), ("Retry-After", "5")).Then(HttpStatusCode.OK, Published);

        var publishing = Client().PublishAsync("news", "hello", Unkeyed, Ended);
        await SkipAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(4, (await publishing).Position.Offset);
    }

    [Fact]
    public async Task Gives_up_rather_than_wait_beyond_its_limit()
    {
        _server.Then(HttpStatusCode.ServiceUnavailable, Refused("unavailable"), ("Retry-After", "20"));

        var publishing = Client().PublishAsync("news", "hello", cancellationToken: Ended);
        await SkipAsync(TimeSpan.FromSeconds(20));

        var error = await Assert.ThrowsAsync<HalleyException>(() => publishing);
        Assert.Equal(("unavailable", "A sentence.", HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(20)), (
            error.Code, error.Message, error.Status, error.RetryAfter));
        Assert.False(error.MayHaveHappened);
        Assert.Equal(2, _server.Asked.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, "bad_request")]
    [InlineData(HttpStatusCode.Unauthorized, "unauthorized")]
    [InlineData(HttpStatusCode.NotFound, "unknown_channel")]
    [InlineData((HttpStatusCode)422, "idempotency_key_reused")]
    public async Task Asks_once_where_repeating_does_not_help(HttpStatusCode status, string code)
    {
        _server.Then(status, Refused(code));

        var error = await Assert.ThrowsAsync<HalleyException>(
            () => Client(key: "secret").PublishAsync("news", "hello", cancellationToken: Ended)
                .WaitAsync(RawHttpClient.Patience, Ended));

        Assert.Equal((code, status), (error.Code, error.Status));
        Assert.Single(_server.Asked);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_repeat_without_a_key_what_may_have_been_published()
    {
        _server.ThenBreaks();

        var error = await Assert.ThrowsAsync<HalleyException>(
            () => Client().PublishAsync("news", "hello", Unkeyed, Ended).WaitAsync(RawHttpClient.Patience, Ended));

        Assert.Equal(HalleyErrorCode.NoAnswer, error.Code);
        Assert.True(error.MayHaveHappened);
        Assert.Single(_server.Asked);
        Assert.DoesNotContain("idempotency_key", Assert.Single(_server.Said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repeats_without_a_key_what_never_left()
    {
        _server.ThenBreaks(HttpRequestError.ConnectionError).Then(HttpStatusCode.OK, Published);

        var publishing = Client().PublishAsync("news", "hello", Unkeyed, Ended);
        await SkipAsync(TimeSpan.Zero);

        Assert.Equal(4, (await publishing).Position.Offset);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"epoch":"x","offset":1}""")]
    public async Task Does_not_take_a_page_for_an_answer(string body)
    {
        _server.Then(HttpStatusCode.OK, body);

        var error = await Assert.ThrowsAsync<HalleyException>(
            () => Client().PublishAsync("news", "hello", cancellationToken: Ended));

        Assert.Equal(HalleyErrorCode.BadAnswer, error.Code);
        Assert.True(error.MayHaveHappened);
    }

    [Fact]
    public async Task Refuses_an_answer_that_is_too_large()
    {
        _server.Then(HttpStatusCode.OK, $$"""{"version":"{{new string('1', 5000)}}"}""");

        var error = await Assert.ThrowsAsync<HalleyException>(() => Client().InfoAsync(Ended));

        Assert.Equal(HalleyErrorCode.AnswerTooLarge, error.Code);
    }

    [Fact]
    public async Task Is_told_what_became_of_each_of_several()
    {
        _server
            .Then(HttpStatusCode.OK, $$"""{"results":[{{Published}},{{Refused("out_of_memory")}}]}""")
            .Then(HttpStatusCode.OK, $$"""{"replies":[{{Refused("too_many_channels")}},{{Published}}]}""")
            .Then(HttpStatusCode.OK, """{"replies":[null]}""");

        var both = await Client().BroadcastAsync(["a", "b"], "hello", cancellationToken: Ended);
        var batch = await Client().PublishBatchAsync([new("c", "1"), new("d", "2")], Ended);

        Assert.Equal(["a 7:4 ", "b  out_of_memory", "c  too_many_channels", "d 7:4 "], both.Concat(batch).Select(
            outcome => $"{outcome.Channel} {outcome.Result?.Position} {outcome.Error?.Code}"));
        await Assert.ThrowsAsync<HalleyException>(() => Client().PublishBatchAsync([new("c", "1")], Ended));
    }

    [Fact]
    public async Task Stops_when_it_is_cancelled()
    {
        using var leaving = new CancellationTokenSource();
        _server.ThenBreaks();

        var publishing = Client().PublishAsync("news", "hello", cancellationToken: leaving.Token);
        await _time.UntilWaitedForAsync(TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
    }

    [Fact]
    public async Task Is_refused_what_makes_no_sense()
    {
        Assert.Throws<ArgumentException>(() => Client(key: "secret\n"));
        Assert.Throws<ArgumentException>(() => new HalleyClient(new() { ApiAddress = new Uri("ftp://x/") }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HalleyClient(new() { MaxEventBytes = 0 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Client().PublishBatchAsync(
            [.. Enumerable.Repeat(new OutgoingMessage("c", "1"), 1001)], Ended));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Client().PublishAsync(
            "news", "hello", new() { HistorySize = 1, HistoryTtl = TimeSpan.FromMilliseconds(1) }, Ended));
        Assert.Empty(_server.Asked);
    }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private static PublishOptions Unkeyed { get; } = new() { IdempotencyKey = "" };

    private static string Refused(string code) =>
        $$$"""{"error":{"code":"{{{code}}}","message":"A sentence."}}""";

    private static string? KeyOf(string said) => JsonElement.Parse(said).GetProperty("idempotency_key").GetString();

    /// <summary>Lets the pause before the next try pass, which is so long and some part of a little more.</summary>
    private async Task SkipAsync(TimeSpan asked) =>
        _time.Advance(await _time.UntilWaitedForAsync(asked, asked + TimeSpan.FromMilliseconds(400)));

    private HalleyClient Client(string? key = null) => new(
        new HalleyClientOptions
        {
            ApiAddress = new Uri("http://push.example/api/"),
            ApiKey = key,
            MaxAnswerBytes = 1000,
            TimeProvider = _time,
        },
        new HttpClient(_server));
}
