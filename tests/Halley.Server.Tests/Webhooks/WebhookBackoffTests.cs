using Halley.Server.Webhooks;

namespace Halley.Server.Tests.Webhooks;

public sealed class WebhookBackoffTests
{
    [Fact]
    public void A_wait_doubles_to_a_minute_and_begins_anew_when_it_has_worked()
    {
        var backoff = new WebhookBackoff(() => 1 - 1e-9);

        var seconds = Enumerable.Range(0, 8).Select(_ => Math.Round(backoff.Next().TotalSeconds)).ToList();

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], seconds);
        Assert.True(backoff.Reset());
        Assert.False(backoff.Reset());
        Assert.Equal(1, Math.Round(backoff.Next().TotalSeconds));
    }

    [Fact]
    public void Receivers_of_many_servers_are_not_asked_all_at_once() =>
        Assert.Equal(TimeSpan.FromSeconds(0.5), new WebhookBackoff(() => 0).Next());
}
