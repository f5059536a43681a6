using Halley.Testing;

namespace Halley.Client.Tests.RealServer;

/// <summary>Every message once and in order, or word of what is lost: over both transports.</summary>
public sealed class SubscribersKeepTheirPlace : ServerCase
{
    protected override ICometConf Conf => new() { ChannelBufferSize = 20 };

    [Theory]
    [InlineData(HalleyTransport.ServerSentEvents)]
    [InlineData(HalleyTransport.WebSocket)]
    public async Task Where_the_connection_is_cut_nothing_is_missing(HalleyTransport transport)
    {
        var told = Follow(Client(transport), StreamPosition.Beginning);
        for (var i = 0; i < 10; i++)
        {
            await PublishAsync((10 * i) + 1, (10 * i) + 5);
            Assert.Equal(Texts((10 * i) + 1, (10 * i) + 5), await TakeAsync(told, 5));
            Front.SwitchTo(Server.Front.Port);
            await PublishAsync((10 * i) + 6, (10 * i) + 10);
            Assert.Equal(Texts((10 * i) + 6, (10 * i) + 10), await TakeAsync(told, 5));
        }
    }

    [Theory]
    [InlineData(HalleyTransport.ServerSentEvents)]
    [InlineData(HalleyTransport.WebSocket)]
    public async Task Where_the_server_is_killed_a_reset_is_told(HalleyTransport transport)
    {
        var told = Follow(Client(transport), StreamPosition.Beginning);
        await PublishAsync(1, 3);
        Assert.Equal(Texts(1, 3), await TakeAsync(told, 3));

        await RestartAsync();
        await PublishAsync(4, 6);

        Assert.Equal(["reset: the channel began anew, epoch", .. Texts(4, 6)], await TakeAsync(told, 4));
    }

    [Theory]
    [InlineData(HalleyTransport.ServerSentEvents)]
    [InlineData(HalleyTransport.WebSocket)]
    public async Task Where_the_server_kept_too_little_a_gap_is_told(HalleyTransport transport)
    {
        await PublishAsync(1, 2);
        var told = Follow(Client(transport), StreamPosition.Beginning);
        Assert.Equal(Texts(1, 2), await TakeAsync(told, 2));
        Front.Refuse();
        Front.SwitchTo(Server.Front.Port);

        await PublishAsync(3, 102);
        Front.Restore();

        // iComet's buffer is cut back only at one and a half times its size.
        var gap = Assert.IsType<ChannelGap>(await told.ReadAsync(Leaving));
        Assert.Equal((3, "evicted"), (gap.From, gap.Reason));
        Assert.InRange(gap.To, 70, 82);
        var rest = (int)(102 - gap.To);
        Assert.Equal(Texts((int)gap.To + 1, 102), await TakeAsync(told, rest));
    }

    [Theory]
    [InlineData(HalleyTransport.ServerSentEvents, HalleyTransport.WebSocket)]
    [InlineData(HalleyTransport.WebSocket, HalleyTransport.ServerSentEvents)]
    public async Task A_position_that_was_stored_is_good_for_another_program(
        HalleyTransport first, HalleyTransport second)
    {
        await PublishAsync(1, 9);
        var stored = "";
        await foreach (var item in Client(first).SubscribeAsync("news", StreamPosition.Beginning, Leaving))
        {
            stored = item.Position.ToString();
            if (item is ChannelMessage { Text: "4" })
            {
                break;
            }
        }

        var told = Follow(Client(second), StreamPosition.Parse(stored));

        Assert.Equal(Texts(5, 9), await TakeAsync(told, 5));
    }

    [Theory]
    [InlineData(HalleyTransport.ServerSentEvents)]
    [InlineData(HalleyTransport.WebSocket)]
    public async Task What_is_published_arrives_as_it_was(HalleyTransport transport)
    {
        string[] texts =
        [
            "\"quoted\" \\ back / slash \t tab\r\n\r\nand lines\u2028\u0000", "Grüße, 消息, 😀, </script>",
            "{\"type\":\"close\"}", "", new('x', 100_000),
        ];
        var told = Follow(Client(transport), StreamPosition.Beginning);
        foreach (var text in texts)
        {
            var result = await Client().PublishAsync("news", text, cancellationToken: Leaving);
            var message = Assert.IsType<ChannelMessage>(await told.ReadAsync(Leaving));
            Assert.Equal((text, result.Position), (message.Text, message.Position));
        }
    }

    [Theory]
    [InlineData(HalleyTransport.ServerSentEvents)]
    [InlineData(HalleyTransport.WebSocket)]
    public async Task It_ends_where_the_channel_is_closed(HalleyTransport transport)
    {
        var told = Follow(Client(transport), StreamPosition.Beginning);
        await PublishAsync(1, 1);
        await TakeAsync(told, 1);

        using var http = new HttpClient();
        await http.GetStringAsync(new Uri($"http://{Server.Admin}/close?cname=news"), Leaving);

        await told.Completion.WaitAsync(Leaving);
    }

    [Theory]
    [InlineData(HalleyTransport.ServerSentEvents)]
    [InlineData(HalleyTransport.WebSocket)]
    public async Task A_message_that_is_too_large_is_refused(HalleyTransport transport)
    {
        var told = Follow(Client(transport, max: 50_000), StreamPosition.Beginning);
        await PublishAsync(1, 1);
        await TakeAsync(told, 1);
        await Client().PublishAsync("news", new string('x', 50_000), cancellationToken: Leaving);

        var error = await Assert.ThrowsAsync<HalleyException>(() => told.Completion.WaitAsync(Leaving));

        Assert.Equal(HalleyErrorCode.MessageTooLarge, error.Code);
    }

    [Theory]
    [InlineData(HalleyTransport.ServerSentEvents)]
    [InlineData(HalleyTransport.WebSocket)]
    public async Task A_name_that_the_server_does_not_take_is_refused_for_good(HalleyTransport transport)
    {
        var error = await Assert.ThrowsAsync<HalleyException>(async () =>
        {
            await foreach (var _ in Client(transport).SubscribeAsync(new string('n', 300), default, Leaving))
            {
            }
        });

        Assert.Equal(HalleyErrorCode.BadRequest, error.Code);
    }
}
