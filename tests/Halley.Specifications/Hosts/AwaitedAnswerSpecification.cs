namespace Halley.Specifications.Hosts;

/// <summary>
/// Answers that come later than their requests. What one waits for is given up, once, when its client goes before it
/// comes.
/// </summary>
/// <inheritdoc/>
public abstract class AwaitedAnswerSpecification(HostStart start) : HostSpecification(start)
{
    [Fact]
    public async Task An_answer_may_come_later_than_its_handler_returns()
    {
        var handler = new LateHandler(endsWithClient: false);
        await using var host = await StartAsync(handler);
        using var client = await host.ConnectAsync();
        await client.SendAsync("GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /well HTTP/1.1\r\nHost: x\r\n\r\n");
        await handler.UntilAskedAsync();
        Assert.Equal("", client.Pending());

        handler.AnswerAll();

        Assert.Equal("late", await (await client.ReadResponseAsync()).ReadBodyAsync());
        Assert.Equal("well", await (await client.ReadResponseAsync()).ReadBodyAsync());
    }

    [Fact]
    public async Task An_answer_that_comes_later_may_take_its_time()
    {
        var handler = new LateHandler(endsWithClient: false);
        await using var host = await StartAsync(new HostSetup { Handler = handler, Time = Time });
        using var client = await host.ConnectAsync();
        await client.GetAsync("/well");
        await (await client.ReadResponseAsync()).ReadBodyAsync();
        await client.GetAsync("/later");
        await handler.UntilAskedAsync();

        Time.AdvanceSeconds(301);
        await host.AnswersAsync();
        handler.AnswerAll();

        Assert.Equal("late", await (await client.ReadResponseAsync()).ReadBodyAsync());
    }

    [Fact]
    public async Task An_answer_for_a_client_that_has_gone_goes_nowhere()
    {
        var handler = new LateHandler(endsWithClient: false);
        await using var host = await StartAsync(handler);
        using var client = await host.ConnectAsync();
        await client.GetAsync("/later");
        await handler.UntilAskedAsync();
        client.Reset();
        await host.AnswersAsync();

        handler.AnswerAll();

        using var other = await host.ConnectAsync();
        await other.GetAsync("/well");
        Assert.Equal("well", await (await other.ReadResponseAsync()).ReadBodyAsync());
    }

    [Fact]
    public async Task A_handler_that_fails_ends_its_own_connection_and_no_other()
    {
        await using var host = await StartAsync(new LateHandler(endsWithClient: false));
        using var other = await host.ConnectAsync();
        await other.GetAsync("/well");
        Assert.Equal("well", await (await other.ReadResponseAsync()).ReadBodyAsync());
        for (var i = 0; i < 20; i++)
        {
            using var client = await host.ConnectAsync();
            await client.GetAsync("/fail");
            Assert.Empty(await client.ReadToEndAsync());
        }

        await other.GetAsync("/well");
        Assert.Equal("well", await (await other.ReadResponseAsync()).ReadBodyAsync());
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_client_that_goes_gives_it_up(bool isReset, bool endsWithClient)
    {
        var handler = new LateHandler(endsWithClient);
        await using var host = await StartAsync(handler);
        var client = await host.ConnectAsync();
        await client.GetAsync("/later");
        await handler.UntilAskedAsync();
        if (isReset)
        {
            client.Reset();
        }

        client.Dispose();
        await Eventually.TrueAsync(() => handler.GivenUp == 1, "it is given up");
    }

    [Fact]
    public async Task What_was_answered_is_not_given_up_and_the_next_request_waits_for_its_own()
    {
        var handler = new LateHandler(endsWithClient: true);
        await using var host = await StartAsync(handler);
        var client = await host.ConnectAsync();
        await client.GetAsync("/later");
        await handler.UntilAskedAsync();
        handler.AnswerAll();
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        await client.GetAsync("/later");
        await Eventually.TrueAsync(() => handler.Asked.Count == 1, "the next one is there");
        Assert.Equal(0, handler.GivenUp);
        client.Dispose();
        await Eventually.TrueAsync(() => handler.GivenUp == 1, "it is given up");
    }
}
