namespace Halley.EndToEnd.Tests;

/// <summary>/info and /check: who is there. The totals are those of a server of its own.</summary>
public sealed class InfoAndCheck(
    InfoAndCheck.OwnServer server) : ICometCase(server), IClassFixture<InfoAndCheck.OwnServer>
{
    public sealed class OwnServer() : SharedServer(new Halley.Testing.ICometConf());

    [Theory]
    [InlineData("/info")]
    [InlineData("/info?cname=")]
    [InlineData("/info?cb=foo")]
    public async Task The_totals_count_channels_and_subscribers(string target)
    {
        var (one, two) = (NewChannel(), NewChannel());
        var (channels, subscribers) = await TotalsAsync(target);

        await PushAsync(one, "x");
        var streaming = await SubscribeAsync(Transport.Stream, two, 1);
        var polling = await SubscribeAsync(Transport.Poll, two, 1);
        Assert.Equal((channels + 2, subscribers + 2), await TotalsAsync(target));

        // A close is answered first and carried out then: what ended is the sign that it was.
        await AskAsync($"/close?cname={one}");
        await AskAsync($"/close?cname={two}");
        await Task.WhenAll(streaming.ReadBodyAsync(), polling.ReadBodyAsync());
        Assert.Equal((channels, subscribers), await TotalsAsync(target));
    }

    [Fact]
    public async Task A_channel_counts_its_subscribers()
    {
        var channel = NewChannel();
        await UntilSubscribersAsync(channel, 0);

        var stream = await SubscribeAsync(Transport.Stream, channel, 1);
        var poll = await SubscribeAsync(Transport.Poll, channel, 1);
        Assert.Equal($"{{\"cname\": \"{channel}\", \"subscribers\": 2}}\n", await AskAsync($"/info?cname={channel}"));

        poll.Client.Dispose();
        await UntilSubscribersAsync(channel, 1);
        stream.Client.Reset();
        await UntilSubscribersAsync(channel, 0);
    }

    [Fact]
    public async Task A_poll_that_was_answered_is_a_subscriber_no_more()
    {
        var channel = NewChannel();
        var poll = await SubscribeAsync(Transport.Poll, channel, 1);
        await PushAsync(channel, "x");
        await poll.ReadBodyAsync();

        Assert.Equal($"{{\"cname\": \"{channel}\", \"subscribers\": 0}}\n", await AskAsync($"/info?cname={channel}"));
    }

    [Fact]
    public async Task An_unknown_channel_has_no_subscribers_and_is_not_made_by_asking()
    {
        var channel = NewChannel();
        var response = await AdminAsync($"/info?cname={channel}");

        Assert.Equal(200, response.Status);
        Assert.Equal("text/html; charset=utf-8", response["Content-Type"]);
        Assert.Equal($"{{\"cname\": \"{channel}\", \"subscribers\": 0}}\n", await response.ReadBodyAsync());
        Assert.Equal("{}\n", await AskAsync($"/check?cname={channel}"));
    }

    [Fact]
    public async Task A_channel_is_there_even_without_subscribers()
    {
        var channel = NewChannel();
        Assert.Equal("{}\n", await AskAsync($"/check?cname={channel}"));

        await PushAsync(channel, "x");

        Assert.Equal($"{{\"{channel}\": 1}}\n", await AskAsync($"/check?cname={channel}"));
    }

    /// <summary>Reads the totals, whose text must be as iComet's with its spaces.</summary>
    private async Task<(int Channels, int Subscribers)> TotalsAsync(string target)
    {
        var answer = await AskAsync(target);
        using var json = System.Text.Json.JsonDocument.Parse(answer);
        var (channels, subscribers) = (
            json.RootElement.GetProperty("channels").GetInt32(),
            json.RootElement.GetProperty("subscribers").GetInt32());
        Assert.Equal($"{{\"version\": \"0.2.5\", \"channels\": {channels}, \"subscribers\": {subscribers}}}\n", answer);
        return (channels, subscribers);
    }
}
