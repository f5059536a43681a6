using System.Text.Json;

namespace Halley.EndToEnd.Tests;

/// <summary>What a subscriber is told first, by the number it asks for.</summary>
public sealed class SequenceRules(OpenServer server) : ICometCase(server)
{
    [Theory]
    [InlineData("/sub")]
    [InlineData("/poll")]
    public async Task A_poll_that_knows_no_number_is_told_the_next(string path)
    {
        var channel = NewChannel();

        var unknown = await FrontAsync($"{path}?cname={channel}");
        Assert.Equal(Message("next_seq", channel, 1) + "\n", await unknown.ReadBodyAsync());

        await PushAsync(channel, "one", "two");
        Assert.Equal(Message("next_seq", channel, 3) + "\n", await PollAsync(channel, 0));
    }

    [Theory]
    [MemberData(nameof(Transport.Held), MemberType = typeof(Transport))]
    public async Task A_stream_that_knows_no_number_is_told_the_next_and_then_held(string path)
    {
        var (transport, channel) = (Transport.Named(path), NewChannel());
        var subscriber = await SubscribeAsync(transport, channel, 0);
        Assert.Equal(transport.Wrap(Message("next_seq", channel, 1)), await subscriber.ReadChunkAsync());

        await PushAsync(channel, "one");
        Assert.Equal(transport.Wrap(Data(channel, 1, "one")), await subscriber.ReadChunkAsync());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public async Task A_subscriber_that_is_ahead_is_told_the_next_number(int seq)
    {
        var channel = NewChannel();
        await PushAsync(channel, "one", "two", "three");

        Assert.Equal(Message("next_seq", channel, 4) + "\n", await PollAsync(channel, seq));

        var stream = await SubscribeAsync(Transport.Stream, channel, seq);
        Assert.Equal(Message("next_seq", channel, 4) + "\n", await stream.ReadChunkAsync());
        await PushAsync(channel, "four");
        Assert.Equal(Data(channel, 4, "four") + "\n", await stream.ReadChunkAsync());
    }

    [Theory]
    [MemberData(nameof(Transport.All), MemberType = typeof(Transport))]
    public async Task A_subscriber_that_is_up_to_date_is_told_nothing_but_what_comes(string path)
    {
        var (transport, channel) = (Transport.Named(path), NewChannel());
        await PushAsync(channel, "one", "two", "three");
        var subscriber = await SubscribeAsync(transport, channel, 4);

        await PushAsync(channel, "four");

        Assert.Equal(transport.Wrap(Data(channel, 4, "four")), await subscriber.ReadChunkAsync());
    }

    [Fact]
    public async Task A_poll_that_comes_back_is_given_what_it_missed_in_one_array()
    {
        var channel = NewChannel();
        await PushAsync(channel, "one", "two", "three");

        Assert.Equal(
            $"[{Data(channel, 1, "one")},{Data(channel, 2, "two")},{Data(channel, 3, "three")}]\n",
            await PollAsync(channel, 1));
        Assert.Equal($"[{Data(channel, 2, "two")},{Data(channel, 3, "three")}]\n", await PollAsync(channel, 2));
        Assert.Equal($"[{Data(channel, 3, "three")}]\n", await PollAsync(channel, 3));
    }

    [Theory]
    [MemberData(nameof(Transport.Held), MemberType = typeof(Transport))]
    public async Task A_stream_that_comes_back_is_given_what_it_missed_message_by_message(string path)
    {
        var (transport, channel) = (Transport.Named(path), NewChannel());
        await PushAsync(channel, "one", "two", "three");
        var subscriber = await SubscribeAsync(transport, channel, 2);
        await PushAsync(channel, "four");

        Assert.Equal(transport.Wrap(Data(channel, 2, "two")), await subscriber.ReadChunkAsync());
        Assert.Equal(transport.Wrap(Data(channel, 3, "three")), await subscriber.ReadChunkAsync());
        Assert.Equal(transport.Wrap(Data(channel, 4, "four")), await subscriber.ReadChunkAsync());
    }

    [Fact]
    public async Task A_negative_number_asks_for_all_that_is_kept()
    {
        var channel = NewChannel();
        await PushAsync(channel, "one", "two");

        Assert.Equal($"[{Data(channel, 1, "one")},{Data(channel, 2, "two")}]\n", await PollAsync(channel, -1));
    }

    [Fact]
    public async Task A_subscriber_that_was_away_too_long_is_given_what_is_left()
    {
        var channel = NewChannel();
        await PushAsync(channel, [.. Enumerable.Range(1, 25).Select(n => $"{n}")]);

        var answer = await PollAsync(channel, 1);

        // At least the newest 10 are kept, and never as many as 15.
        var oldest = Enumerable.Range(25 - 14 + 1, 5).Single(
            n => answer.StartsWith($"[{Data(channel, n, $"{n}")},", StringComparison.Ordinal));
        Assert.Equal(
            "["
                + string.Join(",", Enumerable.Range(oldest, 25 - oldest + 1).Select(n => Data(channel, n, $"{n}")))
                + "]\n",
            answer);
    }

    [Fact]
    public async Task Two_polls_of_one_channel_both_get_what_is_pushed()
    {
        var channel = NewChannel();
        var first = await SubscribeAsync(Transport.Poll, channel, 1);
        var second = await SubscribeAsync(Transport.Poll, channel, 1);

        await PushAsync(channel, "x");

        Assert.Equal(Data(channel, 1, "x") + "\n", await first.ReadBodyAsync());
        Assert.Equal(Data(channel, 1, "x") + "\n", await second.ReadBodyAsync());
    }

    [Fact]
    public async Task A_poll_after_another_gets_every_message_however_fast_they_are_pushed()
    {
        var channel = NewChannel();
        var poller = await ConnectFrontAsync();
        List<string> received = [];
        foreach (var round in Enumerable.Range(0, 20))
        {
            // Fewer at a time than are kept, so that nothing can be gone before it was asked for.
            var pushed = PushAsync(channel, [.. Enumerable.Range((round * 10) + 1, 10).Select(n => $"{n}")]);
            while (received.Count < (round + 1) * 10)
            {
                await poller.GetAsync($"/poll?cname={channel}&seq={received.Count + 1}");
                received.AddRange(Contents(await (await poller.ReadResponseAsync()).ReadBodyAsync()));
            }

            await pushed;
        }

        Assert.Equal(Enumerable.Range(1, 200).Select(n => $"{n}"), received);
    }

    private static IEnumerable<string> Contents(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        var messages = json.RootElement.ValueKind == JsonValueKind.Array
            ? [.. json.RootElement.EnumerateArray()]
            : new[] { json.RootElement };
        return [.. messages.Select(message => message.GetProperty("content").GetString()!)];
    }
}
