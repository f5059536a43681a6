using Halley.Server.Commands;

namespace Halley.Server.Tests.Commands;

public sealed class WatcherTests : IDisposable
{
    private readonly ScriptedServer _server = new();
    private readonly QuickTime _time = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task What_happens_is_printed_once_and_the_conclusion_at_the_end()
    {
        _server.Answers(Client("up to 1", Event(1, 100))).Answers(Client("up to 2", Event(1, 100), Event(2, 200)));
        await Watch(looks: 2);
        Assert.Equal(["is client", "event 1", "event 2", "up to 2"], Printed());
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public async Task It_comes_back_when_the_server_starts_again()
    {
        _server.Answers(Client("old", Event(1, 100), Event(2, 200)))
            .IsNotThere()
            .IsNotThere()
            .Answers("""{"error":{"message":"the server is to stop"}}""", System.Net.HttpStatusCode.ServiceUnavailable)
            .Answers(Client("new", Event(1, 900), Event(2, 901)));
        await Watch(looks: 5);
        Assert.Equal([1, 1, 2, 4, 1], _time.Waits.Select(wait => wait.TotalSeconds));
        Assert.Equal(["is client", "event 1", "event 2", "is client", "event 1", "event 2", "new"], Printed());
        Assert.Equal(
            """
            halley: http://127.0.0.1:8000/api/explain: nothing listens there; asking again in 1 s
            halley: http://127.0.0.1:8000/api/explain: nothing listens there; asking again in 2 s
            halley: http://127.0.0.1:8000/api/explain: the server says 503: the server is to stop; asking again in 4 s
            halley: connected again

            """,
            _error.ToString());
    }

    [Fact]
    public async Task A_server_that_was_never_there_is_an_error()
    {
        _server.IsNotThere();
        var failed = await Assert.ThrowsAsync<CommandException>(() => Watch(looks: 1));
        Assert.Contains("is this its admin port (--admin)?", failed.Message, StringComparison.Ordinal);
    }

    private static string Client(string verdict, params string[] events) =>
        """{"clients":[{"client":"c","place":"0-0-1","user":"","address":"","transport":"stream","""
            + $"\"verdicts\":[\"{verdict}\"],\"events\":[{string.Join(',', events)}]}}]}}";

    private static string Event(int number, int time) =>
        $$"""{"number":{{number}},"time":{{time}},"event":"told","text":"event {{number}}"}""";

    // Each line without what stands before its news.
    private List<string> Printed() => [.. _output.ToString().TrimEnd().Split('\n').Select(line =>
        line.Contains(" is client ", StringComparison.Ordinal) ? "is client"
        : line.Contains("event ", StringComparison.Ordinal) ? line[line.IndexOf("event ", StringComparison.Ordinal)..]
        : line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..])];

    private async Task Watch(int looks)
    {
        using var client = new HttpClient(_server, disposeHandler: false);
        using var ended = new CancellationTokenSource();
        _time.Meanwhile = () =>
        {
            if (_time.Waits.Count == looks)
            {
                ended.Cancel();
            }
        };
        await new Watcher(client, _time, _output, _error)
        {
            Url = "http://127.0.0.1:8000/api/explain",
            Wanted = "{}"u8.ToArray(),
        }.Watch(ended.Token);
    }
}
