
namespace Halley.Specifications.Hosts;

/// <summary>
/// A handler may put a request off until somebody else has answered it a question; then it gets the same request again.
/// </summary>
/// <inheritdoc/>
public abstract class PostponedRequestSpecification(HostStart start) : HostSpecification(start)
{
    private readonly AskingHandler _handler = new();

    [Fact]
    public async Task It_is_handled_again_with_all_that_was_sent()
    {
        await using var host = await StartAsync(_handler);
        using var client = await host.ConnectAsync();
        await client.PostAsync("/one?a=b", "the body");
        await _handler.AnswerAsync();

        Assert.Equal("/one the body", await (await client.ReadResponseAsync()).ReadBodyAsync());
        Assert.Equal(2, _handler.TimesHandled);
    }

    [Fact]
    public async Task A_body_in_chunks_is_kept_too()
    {
        await using var host = await StartAsync(_handler);
        using var client = await host.ConnectAsync();
        await client.SendAsync("POST /one HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nthe "
            + "\r\n4\r\nbody\r\n0\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\n\r\n");
        await _handler.AnswerAsync();
        Assert.Equal("/one the body", await (await client.ReadResponseAsync()).ReadBodyAsync());
        await _handler.AnswerAsync();

        Assert.Equal("/two ", await (await client.ReadResponseAsync()).ReadBodyAsync());
    }

    [Fact]
    public async Task What_was_sent_behind_it_waits_its_turn()
    {
        await using var host = await StartAsync(_handler);
        using var client = await host.ConnectAsync();
        await client.SendAsync(
            "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
        for (var n = 1; n <= 3; n++)
        {
            await _handler.AnswerAsync();
            Assert.Equal($"/{n} ", await (await client.ReadResponseAsync()).ReadBodyAsync());
        }
    }

    [Fact]
    public async Task It_waits_for_every_question()
    {
        _handler.Questions = 2;
        await using var host = await StartAsync(_handler);
        using var client = await host.ConnectAsync();
        await client.GetAsync("/one");
        await _handler.AnswerAsync();
        Assert.Equal("", client.Pending());
        await _handler.AnswerAsync();

        Assert.Equal("/one ", await (await client.ReadResponseAsync()).ReadBodyAsync());
        Assert.Equal(2, _handler.TimesHandled);
    }

    [Fact]
    public async Task A_client_that_has_gone_meanwhile_is_no_trouble()
    {
        await using var host = await StartAsync(_handler);
        using (var gone = await host.ConnectAsync())
        {
            await gone.GetAsync("/gone");
            await _handler.UntilAskedAsync();
            gone.Reset();
        }

        await _handler.AnswerAsync();
        using var client = await host.ConnectAsync();
        await client.GetAsync("/one");
        await _handler.AnswerAsync();

        Assert.Equal("/one ", await (await client.ReadResponseAsync()).ReadBodyAsync());
    }
}
