using Halley.Channels;
using Halley.Specifications.Hosts;
using Halley.Testing;
using Halley.Testing.Doubles;

namespace Halley.Engine.Tests;

/// <summary>Publishers over HTTP that are faster than a dispatcher: their answers come when others were told.</summary>
public sealed class OutrunningPublishers
{
    private const int Requests = 12;
    private const int Bytes = 1 << 20;

    private readonly SlowDispatcher _slow = new();
    private readonly RecordingSubscriber _listener = new();

    [Fact]
    public async Task They_are_answered_as_others_are_told_in_the_order_they_asked()
    {
        using var engine = Engine();
        using var publisher = await RawHttpClient.ConnectAsync(engine.Admin);
        _ = SendAsync(publisher);
        var answered = 0;
        while (_listener.Messages.Count < Requests)
        {
            await UntilOneWaitsAsync(engine, orPublishedAre: Requests);

            // The last one that is published may wait.
            var published = (int)engine.Hub.Find("news"u8)!.Position.Offset - 1;
            for (; answered < published - 1; answered++)
            {
                await ReadAnswerAsync(publisher);
            }

            Assert.InRange(_slow.Backlog.Bytes, 0, Backlog.Most + (2 * Bytes));
            _slow.RunAll();
        }

        for (; answered < Requests; answered++)
        {
            await ReadAnswerAsync(publisher);
        }

        Assert.Equal(Enumerable.Range(1, Requests).Select(offset => (long)offset), _listener.Offsets);
        Assert.Equal(0, _slow.Backlog.Bytes);
    }

    [Fact]
    public async Task Others_are_served_meanwhile()
    {
        using var engine = Engine();
        using var publisher = await RawHttpClient.ConnectAsync(engine.Admin);
        _ = SendAsync(publisher);
        await UntilOneWaitsAsync(engine);
        await engine.PushAsync("other", "x");
        using var subscriber = (await engine.SubscribeAsync("other")).Client;
        Assert.Equal(1, engine.Hub.WaitingPublishers);
    }

    [Fact]
    public async Task One_that_leaves_has_published_what_it_sent_before_and_is_waited_for_no_more()
    {
        using var engine = Engine();
        using (var publisher = await RawHttpClient.ConnectAsync(engine.Admin))
        {
            _ = SendAsync(publisher);
            await UntilOneWaitsAsync(engine);
            publisher.Reset();
        }

        _slow.RunAll();
        await Eventually.TrueAsync(() => engine.Hub.WaitingPublishers == 0, "nobody waits any more");
        Assert.Equal(0, _slow.Backlog.Bytes);
    }

    [Fact]
    public async Task A_server_can_end_while_one_waits()
    {
        var engine = Engine();
        using var publisher = await RawHttpClient.ConnectAsync(engine.Admin);
        _ = SendAsync(publisher);
        await UntilOneWaitsAsync(engine);
        engine.Dispose();
        _slow.RunAll();
        await publisher.ReadToEndAsync();
    }

    private RunningEngine Engine()
    {
        var engine = new RunningEngine(new() { Engine = options => options.Reactors = 1 });
        engine.Hub.FindOrCreate("news"u8);
        Assert.Equal(
            AttachStatus.Attached,
            engine.Hub.Attach("news"u8, _listener, new AttachOptions(), new RequestAtOnce(_slow)).Status);
        return engine;
    }

    // The server does not read it all before others are told.
    private static Task SendAsync(RawHttpClient publisher)
    {
        var content = "cname=news&content=" + new string('m', Bytes);
        var one = $"POST /push HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            + $"Content-Length: {content.Length}\r\n\r\n{content}";
        return publisher.SendAsync(string.Concat(Enumerable.Repeat(one, Requests)));
    }

    private static async Task ReadAnswerAsync(RawHttpClient publisher) =>
        Assert.Contains("\"type\":\"ok\"", await (await publisher.ReadResponseAsync()).ReadBodyAsync());

    private static Task UntilOneWaitsAsync(RunningEngine engine, int orPublishedAre = int.MaxValue) =>
        Eventually.TrueAsync(
            () => engine.Hub.WaitingPublishers == 1
                || engine.Hub.Find("news"u8)!.Position.Offset == orPublishedAre + 1L,
            "a publisher waits");
}
