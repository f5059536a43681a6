using Halley.Protocol.Backends;
using Halley.Protocol.Clients;
using Halley.Protocol.Tests.Nchan;
using Halley.Protocol.Tests.Routing;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>Who is let in by the operator's backend, and how much that user may do.</summary>
public sealed class AdmissionTests
{
    private readonly FakeBackend _hook = new();
    private readonly ManualTime _time = new();

    [Fact]
    public void A_message_counts_once_however_often_its_request_waits()
    {
        var admission = AdmissionOf(new HookOptions(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), false));
        using var node = new NchanNode(options =>
        {
            options.Admission = admission;
            options.AuthorizeRequest = "http://backend.test/further";
        });
        for (var i = 0; i < 10; i++)
        {
            var answer = node.Ask("POST /pub/a", "hi");
            if (i == 0)
            {
                _hook.Answer(200, "", ("X-Halley-User", "anna"));
            }

            node.Backend.Answer(200);
            Assert.Equal("202 Accepted", answer.Status);
        }

        Assert.Equal("429 Too Many Requests", node.Ask("POST /pub/a", "hi").Status);
    }

    [Theory]
    [InlineData(BackendOutcome.Failed, false, true)]
    [InlineData(BackendOutcome.TimedOut, false, true)]
    [InlineData(BackendOutcome.TooBusy, false, false)]
    [InlineData(BackendOutcome.Failed, true, true)]
    [InlineData(BackendOutcome.TooBusy, true, false)]
    public void Who_asks_for_more_than_the_backend_takes_is_not_let_in_by_that(
        BackendOutcome outcome, bool asksToConnect, bool isLetIn)
    {
        var admission = AdmissionOf(
            new HookOptions(TimeSpan.FromSeconds(5), TimeSpan.Zero, AllowsOnFailure: true), asksToConnect);
        using var node = new NchanNode(options => options.Admission = admission);
        var answer = node.Ask("/sub/a");
        _hook.Fail(outcome);
        Assert.Equal(isLetIn, answer.IsHeld);
    }

    [Fact]
    public void Who_comes_is_asked_about_once_in_the_time_of_the_cache_whatever_the_channel()
    {
        var options = new HookOptions(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), AllowsOnFailure: false);
        var admission = AdmissionOf(options, asksToConnect: true);
        using var node = new NchanNode(own => own.Admission = admission);
        var first = node.Ask("/sub/a");
        _hook.Answer(200);
        Assert.True(first.IsHeld);
        Assert.True(node.Ask("/sub/b").IsHeld);
        Assert.Equal("202 Accepted", node.Ask("POST /pub/c", "hi").Status);

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(node.Ask("/sub/a").IsHeld);
        Assert.Equal(2, _hook.Requests.Count);
    }

    [Fact]
    public void Who_is_known_is_named_when_it_is_asked_about_channels()
    {
        var options = new HookOptions(TimeSpan.FromSeconds(5), TimeSpan.Zero, AllowsOnFailure: false);
        var who = HookOf(options);
        var admission = new Admission(
            null, who, HookOf(options), new ClientRegistry(ClientLimits.None, _time), ChannelNamespaces.None);
        using var node = new NchanNode(own => own.Admission = admission);
        var answer = node.Ask("/sub/a");
        _hook.Answer(200, "", ("X-Halley-User", "anna"));
        Assert.Contains(("X-Halley-Action", "subscribe"), _hook.Last.Fields);
        Assert.Contains(("X-Halley-User", "anna"), _hook.Last.Fields);
        _hook.Answer(200, "", ("X-Halley-User", "bert"));
        Assert.True(answer.IsHeld);
        Assert.Equal(2, _hook.Requests.Count);
    }

    private AdmissionHook HookOf(HookOptions options)
    {
        Assert.True(BackendAddress.TryParse("http://hook.test/", RequestFor.At("/"), out var address, out _));
        return new AdmissionHook(_hook, address, options, _time);
    }

    private Admission AdmissionOf(HookOptions options, bool asksToConnect = false)
    {
        var hook = HookOf(options);
        return new Admission(
            null,
            asksToConnect ? hook : null,
            asksToConnect ? null : hook,
            new ClientRegistry(new ClientLimits(Connections: 0, PublishesPerSecond: 1), _time),
            ChannelNamespaces.None);
    }
}
