using System.Diagnostics;
using Halley.Testing;

namespace Halley.AspNetCore.Tests;

/// <summary>The application publishes and listens itself.</summary>
public sealed class InTheApplication
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_hears_every_message_once_and_in_order_from_a_place_on()
    {
        await using var app = await App.StartAsync(options => options.HistorySize = 100);
        var first = await app.Halley.PublishAsync("news", "0");
        var heard = new List<string>();
        var publishing = Task.Run(async () =>
        {
            for (var i = 1; i < 50; i++)
            {
                await app.Halley.PublishAsync("news", $"{i}");
            }
        }, Ended);
        await foreach (var item in app.Halley.SubscribeAsync("news", first, Ended))
        {
            Assert.Equal(HalleyItemKind.Message, item.Kind);
            heard.Add(item.Text);
            if (heard.Count == 49)
            {
                break;
            }
        }

        await publishing;
        Assert.Equal(Enumerable.Range(1, 49).Select(i => $"{i}"), heard);
        await Subscribing.UntilAsync(() => app.Halley.CountSubscribers("news") == 0);
    }

    [Fact]
    public async Task The_activity_that_is_current_is_the_parent_of_what_follows_from_a_publish()
    {
        await using var app = await App.StartAsync();
        using var own = new Activity("own").Start();
        var delivered = new TaskCompletionSource<Activity>();
        var published = new TaskCompletionSource<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Halley",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId == own.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = ended =>
                (ended.OperationName == "publish" ? published : delivered).TrySetResult(ended),
        };
        ActivitySource.AddActivityListener(listener);
        await using var reader = app.Halley.SubscribeAsync("traced", cancellation: Ended).GetAsyncEnumerator(Ended);
        var first = reader.MoveNextAsync().AsTask();
        await Subscribing.UntilAsync(() => app.Halley.CountSubscribers("traced") == 1);

        await app.Halley.PublishAsync("traced", "hello");
        Assert.True(await first);

        Assert.Equal(own.SpanId, (await published.Task.WaitAsync(Ended)).ParentSpanId);
        Assert.Equal((await published.Task).SpanId, (await delivered.Task.WaitAsync(Ended)).ParentSpanId);
        Assert.Same(own, Activity.Current);
    }

    [Fact]
    public async Task A_reader_that_is_far_behind_is_told_what_it_lost()
    {
        await using var app = await App.StartAsync(options => options.HistorySize = 10);
        await using var reader = app.Halley.SubscribeAsync("news", cancellation: Ended).GetAsyncEnumerator(Ended);
        var first = reader.MoveNextAsync().AsTask();
        await Subscribing.UntilAsync(() => app.Halley.CountSubscribers("news") == 1);
        for (var i = 0; i < 3000; i++)
        {
            await app.Halley.PublishAsync("news", $"{i}");
        }

        // It was let go, since nobody reads; what it has is read now, and then it comes back.
        await Subscribing.UntilAsync(() => app.Halley.CountSubscribers("news") == 0);
        Assert.True(await first);
        var (next, lost) = (0L, 0L);
        while (next < 3000)
        {
            if (reader.Current.Kind == HalleyItemKind.Gap)
            {
                lost += reader.Current.Lost;
                next += reader.Current.Lost;
            }
            else
            {
                Assert.Equal($"{next++}", reader.Current.Text);
            }

            if (next < 3000)
            {
                Assert.True(await reader.MoveNextAsync());
            }
        }

        Assert.InRange(lost, 1, 3000);
    }

    [Fact]
    public async Task A_place_of_another_stream_is_reset()
    {
        await using var app = await App.StartAsync();
        await app.Halley.PublishAsync("news", "kept");
        var kinds = new List<HalleyItemKind>();
        await foreach (var item in app.Halley.SubscribeAsync("news", new HalleyPosition(1, 5), Ended))
        {
            kinds.Add(item.Kind);
            if (item.Kind == HalleyItemKind.Message)
            {
                Assert.Equal("kept", item.Text);
                break;
            }
        }

        Assert.Equal([HalleyItemKind.Reset, HalleyItemKind.Message], kinds);
    }

    [Fact]
    public async Task Who_has_heard_nothing_when_its_channel_ends_is_told_that_it_began_anew()
    {
        await using var app = await App.StartAsync();
        await using var reader = app.Halley.SubscribeAsync("news", cancellation: Ended).GetAsyncEnumerator(Ended);
        var first = reader.MoveNextAsync().AsTask();
        await Subscribing.UntilAsync(() => app.Halley.CountSubscribers("news") == 1);

        app.Close("news");

        Assert.True(await first.WaitAsync(RawHttpClient.Patience, Ended));
        Assert.Equal(HalleyItemKind.Reset, reader.Current.Kind);
        await app.Halley.PublishAsync("news", "of the new one");
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal("of the new one", reader.Current.Text);
    }

    [Fact]
    public async Task What_is_made_piece_by_piece_is_published_piece_by_piece()
    {
        await using var app = await App.StartAsync();
        var last = await app.Halley.PublishStreamAsync("answer", PiecesAsync(), Ended);
        Assert.Equal(3, last.Offset);
        Assert.True(HalleyPosition.TryParse(last.ToString(), out var read));
        Assert.Equal(last, read);

        static async IAsyncEnumerable<string> PiecesAsync()
        {
            foreach (var piece in (string[])["To", " be", " continued"])
            {
                await Task.Yield();
                yield return piece;
            }
        }
    }

    [Fact]
    public async Task A_publication_with_a_key_is_published_once()
    {
        await using var app = await App.StartAsync();
        var once = await app.Halley.PublishAsync("news", "a"u8.ToArray(), "key-1");
        Assert.Equal(once, await app.Halley.PublishAsync("news", "a"u8.ToArray(), "key-1"));
        await Assert.ThrowsAsync<HalleyException>(
            () => app.Halley.PublishAsync("news", "b"u8.ToArray(), "key-1").AsTask());
        await Assert.ThrowsAsync<HalleyException>(
            () => app.Halley.PublishAsync("news", "b"u8.ToArray(), "a\nkey").AsTask());
    }

    [Fact]
    public async Task Health_is_told_with_counts()
    {
        await using var app = await App.StartAsync();
        using var client = new HttpClient();
        Assert.Equal("Healthy", await client.GetStringAsync(app.Url("/health"), Ended));
        await using var full = await App.StartAsync(options => options.MaxChannels = 1);
        await full.Halley.PublishAsync("a", "x");
        await Assert.ThrowsAsync<HalleyException>(() => full.Halley.PublishAsync("b", "x").AsTask());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1:")]
    [InlineData("1:2:3")]
    [InlineData("-1:2")]
    [InlineData(" 1:2")]
    public void What_is_no_position_is_none(string? text) => Assert.False(HalleyPosition.TryParse(text, out _));
}
