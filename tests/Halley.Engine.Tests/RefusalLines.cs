using System.Collections.Concurrent;
using Halley.Protocol;
using Halley.Protocol.Clients;
using Halley.Protocol.Http;
using Halley.Testing.Doubles;
using Microsoft.Extensions.Logging;

namespace Halley.Engine.Tests;

/// <summary>What an operator reads of requests that were refused.</summary>
public sealed class RefusalLines
{
    [Fact]
    public async Task A_line_says_who_what_why_and_with_which_status()
    {
        var log = new Lines();
        using var engine = new RunningEngine(new RunningEngine.Setup { Logger = log });

        await AskAsync(engine, "GET /no\u00ffwhere?token=secret HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Matches(
            $@"^Refused 127\.0\.0\.1 with 404: GET /no(%c3%bf|%ff)where at {engine.Front}: Not Found$",
            Assert.Single(log.Refusals));
    }

    [Fact]
    public async Task Neither_the_query_nor_fields_nor_a_body_stand_in_it()
    {
        var log = new Lines();
        using var engine = new RunningEngine(new RunningEngine.Setup { Logger = log });

        await AskAsync(
            engine,
            "POST /sub?token=secret HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer secret\r\n"
                + "Content-Length: 6\r\n\r\nsecret");

        Assert.DoesNotContain("secret", Assert.Single(log.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_request_is_refused_with_a_line_as_well()
    {
        var log = new Lines();
        using var engine = new RunningEngine(new RunningEngine.Setup { Logger = log });

        await AskAsync(engine, "GET / HTTP/1.1\r\n\r\n");

        Assert.StartsWith(
            "Refused 127.0.0.1 with 400: GET / at ", Assert.Single(log.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_has_a_line_without_a_request()
    {
        var log = new Lines();
        using var engine = new RunningEngine(new RunningEngine.Setup { Logger = log });

        await AskAsync(engine, "GET /a\u001b[2J HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.StartsWith(
            $"Refused 127.0.0.1 with 400 at {engine.Front}: ", Assert.Single(log.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_with_a_status_of_200_has_a_line()
    {
        var log = new Lines();
        using var engine = new RunningEngine(
            new RunningEngine.Setup { Logger = log, IComet = options => options.Auth = AuthModes.Token });

        await AskAsync(engine, "GET /poll?cname=news&seq=1&token=secret HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal(
            $"Refused 127.0.0.1 with 401: GET /poll at {engine.Front}: Token error", Assert.Single(log.Refusals));
    }

    [Fact]
    public async Task The_body_of_somebody_else_does_not_stand_in_it()
    {
        var log = new Lines();
        var head = ResponseHead.PassedOn("403 Go Away", ["Content-Type: text/plain"], []);
        using var engine = new RunningEngine(
            new RunningEngine.Setup
            {
                Logger = log,
                Front = new Handler(exchange => exchange.Reply(head, "secret"u8)),
            });

        await AskAsync(engine, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.EndsWith(": Go Away", Assert.Single(log.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_flood_so_many_have_a_line_and_the_rest_a_number()
    {
        var (log, time) = (new Lines(), new ManualTime());
        using var engine = new RunningEngine(
            new RunningEngine.Setup { Logger = log, Time = time, Engine = options => options.MaxRefusalLines = 2 });
        for (var i = 0; i < 5; i++)
        {
            await AskAsync(engine, "GET /no HTTP/1.1\r\nHost: a\r\n\r\n");
        }

        Assert.Equal(2, log.Refusals.Count());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains(
            "3 further refusals have no line: logger.refusals allows so many in a second", log.All);
        await AskAsync(engine, "GET /no HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(3, log.Refusals.Count());
    }

    [Fact]
    public async Task None_are_logged_where_nobody_wants_them()
    {
        var log = new Lines();
        using var engine = new RunningEngine(
            new RunningEngine.Setup { Logger = log, Engine = options => options.MaxRefusalLines = 0 });

        await AskAsync(engine, "GET /no HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Empty(log.All);
    }

    private static async Task AskAsync(RunningEngine engine, string request)
    {
        using var client = await engine.ConnectAsync();
        await client.SendAsync(request);
        var answer = await client.ReadResponseAsync();
        Assert.True(answer.Status > 0);
    }

    private sealed class Handler(Action<IExchange> handle) : IRequestHandler
    {
        public void Handle(in HttpRequest request, IExchange exchange) => handle(exchange);
    }

    private sealed class Lines : ILogger<Engine>
    {
        public ConcurrentQueue<string> All { get; } = [];

        public IEnumerable<string> Refusals =>
            All.Where(line => line.StartsWith("Refused ", StringComparison.Ordinal));

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                All.Enqueue(formatter(state, exception));
            }
        }
    }
}
