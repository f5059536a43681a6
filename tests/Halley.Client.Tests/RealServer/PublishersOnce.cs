namespace Halley.Client.Tests.RealServer;

public sealed class PublishersOnce : ServerCase
{
    [Fact]
    public async Task A_publish_whose_answer_is_lost_is_one_message()
    {
        var client = Client();
        await client.InfoAsync(Leaving);
        Api.CutNextAnswer();

        var result = await client.PublishAsync("news", "hello", cancellationToken: Leaving);

        Assert.Equal((1, true), (result.Position.Offset, result.IsRepeat));
        Assert.Single((await client.HistoryAsync("news", cancellationToken: Leaving)).Messages);
    }

    [Fact]
    public async Task A_batch_and_a_broadcast_whose_answers_are_lost_are_so_too()
    {
        var client = Client();
        await client.InfoAsync(Leaving);
        Api.CutNextAnswer();
        var batch = await client.PublishBatchAsync([new("news", "1"), new("news", "2")], Leaving);
        Api.CutNextAnswer();
        var both = await client.BroadcastAsync(["news", "sport"], "3", cancellationToken: Leaving);

        Assert.All(batch.Concat(both), outcome => Assert.True(outcome.Result!.IsRepeat));
        var history = await client.HistoryAsync("news", cancellationToken: Leaving);
        Assert.Equal(["1", "2", "3"], history.Messages.Select(message => message.Text));
    }

    [Fact]
    public async Task A_server_that_is_away_for_a_while_costs_a_publisher_nothing_but_time()
    {
        var client = Client();
        await Server.Process.KillAsync();
        var publishing = client.PublishAsync("news", "hello", cancellationToken: Leaving);
        Server.Start();

        Assert.Equal(1, (await publishing).Position.Offset);
    }

    [Fact]
    public async Task A_key_is_no_other_messages_key()
    {
        var options = new PublishOptions { IdempotencyKey = "order-12" };
        await Client().PublishAsync("news", "hello", options, Leaving);

        var again = await Client().PublishAsync("news", "hello", options, Leaving);
        var error = await Assert.ThrowsAsync<HalleyException>(
            () => Client().PublishAsync("news", "another", options, Leaving));

        Assert.True(again.IsRepeat);
        Assert.Equal(HalleyErrorCode.IdempotencyKeyReused, error.Code);
    }

    [Fact]
    public async Task What_was_published_is_read_and_counted()
    {
        var client = Client();
        byte[] bytes = [255, 0, 254];
        var first = await client.PublishAsync("news", "hello", new() { Event = "e", Id = "i" }, Leaving);
        await client.PublishAsync("news", bytes, new() { ContentType = "image/png" }, Leaving);

        var history = await client.HistoryAsync("news", StreamPosition.Beginning, cancellationToken: Leaving);
        Assert.Equal(2, history.Position.Offset);
        Assert.Equal(("hello", "e", "i"), (
            history.Messages[0].Text, history.Messages[0].Event, history.Messages[0].Id));
        Assert.Equal((null, "image/png"), (history.Messages[1].Text, history.Messages[1].ContentType));
        Assert.Equal(bytes, history.Messages[1].Payload.ToArray());

        var rest = await client.HistoryAsync("news", first.Position, cancellationToken: Leaving);
        Assert.Equal((true, 1), (rest.IsWhole, rest.Messages.Count));

        var info = await client.ChannelInfoAsync("news", Leaving);
        Assert.Equal(("news", 2, 0), (info.Channel, info.Stored, info.Subscribers));
        Assert.Equal(2, (await client.InfoAsync(Leaving)).Published);
        var error = await Assert.ThrowsAsync<HalleyException>(() => client.ChannelInfoAsync("none", Leaving));
        Assert.Equal(HalleyErrorCode.UnknownChannel, error.Code);
    }
}
