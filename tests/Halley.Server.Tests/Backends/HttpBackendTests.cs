using System.Text;
using Halley.Protocol.Backends;
using Halley.Server.Backends;
using Halley.Testing;

namespace Halley.Server.Tests.Backends;

/// <summary>
/// The operator's backend over real sockets: what it is sent, and that nothing it does keeps a question from being
/// answered.
/// </summary>
public sealed class HttpBackendTests : IDisposable
{
    private static readonly BackendOptions Limits = new(
        MaxConcurrent: 1, MaxWaiting: 1, MaxAnswerBytes: 10, MaxPerClient: 1);

    private readonly RawBackend _server = new();
    private readonly HttpBackend _backend = new(Limits);

    public void Dispose()
    {
        _backend.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task A_question_is_sent_as_it_is()
    {
        var answer = Ask("POST", "/a/%2E%2E/b?x=%20%2F", "body", ("X-Own", "y"), ("Content-Type", "text/x"));
        using var question = await _server.AcceptAsync();
        var text = await question.ReadRequestAsync();
        Assert.StartsWith("POST /a/%2E%2E/b?x=%20%2F HTTP/1.1\r\n", text, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Own: y\r\n", text, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: text/x\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nbody", text, StringComparison.Ordinal);
        await question.AnswerAsync("HTTP/1.1 201 Made\r\nContent-Length: 2\r\nX-A: b\r\n\r\nok");
        var got = await answer;
        Assert.Equal((BackendOutcome.Answered, 201, "Made"), (got.Outcome, got.Status, got.Reason));
        Assert.Equal("ok"u8.ToArray(), got.Body);
        Assert.Equal("b", got.Field("x-a"));
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_not_followed()
    {
        var answer = Ask();
        using var question = await _server.AcceptAsync();
        await question.ReadRequestAsync();
        await question.AnswerAsync("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(302, (await answer).Status);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n12345678901")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")]
    [InlineData("no HTTP at all\r\n\r\n")]
    public async Task What_is_too_long_or_broken_counts_as_none(string said)
    {
        var answer = Ask();
        using (var question = await _server.AcceptAsync())
        {
            await question.ReadRequestAsync();
            await question.AnswerAsync(said);
        }

        Assert.Equal(BackendOutcome.Failed, (await answer).Outcome);
    }

    [Fact]
    public async Task Nobody_there_is_a_failure()
    {
        using var port = new ReservedPort();
        var answer = new Answer();
        _backend.Ask(
            new BackendRequest("GET", $"http://{port.OnLoopback}/", [], null, TimeSpan.FromSeconds(30)),
            answer,
            answer.Tell);
        Assert.Equal(BackendOutcome.Failed, (await answer.Told).Outcome);
    }

    [Fact]
    public async Task Who_does_not_answer_in_time_is_not_waited_for()
    {
        var answer = Ask(timeout: TimeSpan.FromMilliseconds(50));
        using var question = await _server.AcceptAsync();
        Assert.Equal(BackendOutcome.TimedOut, (await answer).Outcome);
    }

    [Fact]
    public async Task More_than_may_wait_are_told_at_once_and_the_others_have_their_turn()
    {
        var first = Ask();
        using var question = await _server.AcceptAsync();
        await question.ReadRequestAsync();
        var second = Ask();
        Assert.Equal(BackendOutcome.TooBusy, (await Ask()).Outcome);
        await question.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.True((await first).IsSuccess);
        await question.ReadRequestAsync();
        await question.AnswerAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(403, (await second).Status);
        var third = Ask();
        await question.ReadRequestAsync();
        await question.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.True((await third).IsSuccess);
    }

    [Fact]
    public async Task A_question_that_is_given_up_is_broken_off_and_its_place_is_another_s()
    {
        var nobody = new Answer();
        var giveUp = _backend.Ask(
            new BackendRequest("GET", _server.Url + "/", [], null, TimeSpan.FromSeconds(30)), nobody, nobody.Tell);
        var question = await _server.AcceptAsync();
        await question.ReadRequestAsync();
        var next = Ask(target: "/next");
        giveUp();
        giveUp();
        await Assert.ThrowsAsync<EndOfStreamException>(question.ReadRequestAsync);
        question.Dispose();
        using var again = await _server.AcceptAsync();
        Assert.StartsWith("GET /next", await again.ReadRequestAsync(), StringComparison.Ordinal);
        await again.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.True((await next).IsSuccess);
        Assert.False(nobody.WasTold);
    }

    [Fact]
    public async Task One_that_waits_is_told_in_time_that_its_time_is_up_though_the_backend_is_busy()
    {
        var first = Ask();
        using var question = await _server.AcceptAsync();
        await question.ReadRequestAsync();
        Assert.Equal(BackendOutcome.TimedOut, (await Ask(timeout: TimeSpan.FromMilliseconds(50))).Outcome);
        Assert.False(first.IsCompleted);
    }

    private Task<BackendAnswer> Ask(
        string method = "GET", string target = "/", string? body = null, params (string, string)[] fields) =>
        Ask(
            new BackendRequest(
                method,
                _server.Url + target,
                fields,
                body is null ? null : Encoding.UTF8.GetBytes(body),
                TimeSpan.FromSeconds(30)));

    private Task<BackendAnswer> Ask(TimeSpan timeout) =>
        Ask(new BackendRequest("GET", _server.Url + "/", [], null, timeout));

    private Task<BackendAnswer> Ask(BackendRequest request)
    {
        var answer = new Answer();
        _backend.Ask(request, answer, answer.Tell);
        return answer.Told;
    }

    /// <summary>A dispatcher that runs at once, and what it was told.</summary>
    private sealed class Answer : IDispatcher
    {
        private readonly TaskCompletionSource<BackendAnswer> _told = new(
            TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<BackendAnswer> Told => _told.Task.WaitAsync(RawHttpClient.Patience);

        public bool WasTold => _told.Task.IsCompleted;

        public Backlog Backlog { get; } = new();

        public void Tell(BackendAnswer answer) => _told.SetResult(answer);

        public void Post(IWork work)
        {
            var budget = 1;
            work.Run(ref budget);
        }
    }
}
