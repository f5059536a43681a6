using Halley.Broker;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>For how long, and for how many publications, a repetition is known as one.</summary>
public sealed class IdempotencyTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Hub _hub;

    public IdempotencyTests() =>
        _hub = new Hub(new HubOptions { IdempotencyWindow = TimeSpan.FromSeconds(60), MaxIdempotencyKeys = 2 }, _time);

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void A_key_is_free_again_after_its_window_and_not_before()
    {
        Publish("a");
        _time.AdvanceSeconds(59);
        Assert.True(Publish("a").IsRepeat);
        _time.AdvanceSeconds(1);
        Assert.False(Publish("a").IsRepeat);
    }

    [Fact]
    public void A_repetition_is_known_where_the_channel_was_closed_or_forgotten_meanwhile()
    {
        var first = Publish("a");
        Assert.True(_hub.Close("news"u8, out _));

        Assert.Equal(first with { IsRepeat = true }, Publish("a"));
        Assert.Equal(1, _hub.Find("news"u8)!.Position.Offset);
    }

    [Fact]
    public void One_key_too_many_is_refused_and_repetitions_are_not()
    {
        Publish("a");
        Publish("b");

        Assert.Equal(PublishStatus.TooManyKeys, Publish("c").Status);
        Assert.True(Publish("b").IsRepeat);
        Assert.Equal(2, _hub.PublishedCount);
        _time.AdvanceSeconds(60);
        Assert.Equal(PublishStatus.Published, Publish("c").Status);
    }

    [Fact]
    public void What_could_not_be_published_has_not_used_its_key()
    {
        using var hub = new Hub(new HubOptions { MaxStoredBytes = 3 }, _time);
        Assert.Equal(PublishStatus.OutOfMemory, hub.Broker.Publish("news"u8, Keyed("a", "long")).Now().Status);
        Assert.False(hub.Broker.Publish("news"u8, Keyed("a", "x")).Now().IsRepeat);
    }

    [Fact]
    public void Keys_of_channels_with_like_names_are_not_taken_for_each_other()
    {
        Assert.False(_hub.Broker.Publish("ab"u8, Keyed("c", "x")).Now().IsRepeat);
        Assert.False(_hub.Broker.Publish("a"u8, Keyed("bc", "x")).Now().IsRepeat);
    }

    [Fact]
    public void Keys_are_forgotten_with_nobody_asking()
    {
        Publish("a");
        _time.AdvanceSeconds(61);
        Assert.Equal(0, _hub.Keys.Count);
    }

    private PublishResult Publish(string key) => _hub.Broker.Publish("news"u8, Keyed(key, "x")).Now();

    private static Publication Keyed(string key, string text) => new(text.Utf8()) { IdempotencyKey = key.Utf8() };
}
