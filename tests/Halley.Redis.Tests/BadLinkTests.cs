using System.Globalization;
using Halley.Broker;
using Halley.Testing;
using StackExchange.Redis;

namespace Halley.Redis.Tests;

/// <summary>
/// Links to Redis that are slow, end in the middle of an answer, or lead nowhere though nobody said so: subscribers
/// stay, publishers are told whether it may have been done, and all of it heals.
/// </summary>
public sealed class BadLinkTests : IDisposable
{
    private readonly RedisServer _redis = new();
    private readonly TcpSwitch _way;
    private readonly RedisNodes _nodes;
    private readonly ReturningClient[] _clients;
    private readonly List<string> _acknowledged = [];
    private int _published;

    public BadLinkTests()
    {
        _way = new TcpSwitch(_redis.Port);
        _nodes = new RedisNodes(_redis, options => options with
        {
            Connection = new ConfigurationOptions { EndPoints = { _way.Address } },
            Timeout = TimeSpan.FromMilliseconds(500),
        });
        _clients = [new(_nodes, 0, "news"), new(_nodes, 1, "news")];
    }

    public void Dispose()
    {
        _nodes.Dispose();
        _way.Dispose();
        _redis.Dispose();
    }

    [Fact]
    public async Task Over_a_slow_link_messages_are_heard_in_their_order()
    {
        await Begin();

        // Some 32,000 bytes a second.
        _way.Trickle(64, TimeSpan.FromMilliseconds(2));
        for (var n = 0; n < 20; n++)
        {
            Assert.Null(await Publish());
        }

        await AllAreToldAll();
        Assert.All(_clients, client => Assert.DoesNotContain("Interrupted", client.Told, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Over_a_link_that_is_too_slow_who_publishes_is_told_that_it_may_have_been_done()
    {
        await Begin();
        var connections = _way.Accepted;

        _way.Trickle(1, TimeSpan.FromMilliseconds(100));
        var unknown = await Publish();

        Assert.True(unknown?.MayHaveBeenDone);
        Assert.All(_clients, client => Assert.True(client.IsAttached));
        await Heals();
        Assert.True(_way.Accepted > connections, "what was too slow was left");
    }

    [Fact]
    public async Task A_link_that_ends_in_the_middle_of_an_answer_is_made_anew()
    {
        await Begin();
        for (var n = 0; n < 5; n++)
        {
            _way.CutNextAnswer();
            var unknown = await Publish();
            Assert.True(unknown is null || unknown.MayHaveBeenDone, unknown?.Message);
            Assert.All(_clients, client => Assert.True(client.IsAttached));
            await Heals();
        }
    }

    [Fact]
    public async Task A_link_whose_other_end_has_gone_without_a_word_is_missed()
    {
        await Begin();

        _way.FallSilent();
        Assert.NotNull(await Publish());
        await _nodes.Until(() => !_nodes[0].IsReady && !_nodes[1].IsReady, "both have missed it");
        _way.Refuse();
        Assert.NotNull(await Publish());
        Assert.NotNull(await Publish());
        Assert.All(_clients, client => Assert.True(client.IsAttached));

        _way.Restore();
        await Heals();
        Assert.All(_clients, client => Assert.DoesNotContain("Interrupted", client.Told, StringComparison.Ordinal));
    }

    private async Task Begin()
    {
        await _nodes.Until(() => _clients.All(client => client.IsAttached), "all are attached");
        Assert.Null(await Publish());
        await AllAreToldAll();
    }

    // At both it can be published again, and what is published is heard.
    private async Task Heals()
    {
        var inTurn = 0;
        var publishing = Publish();
        await _nodes.Until(
            () =>
            {
                if (publishing.IsCompleted)
                {
                    inTurn = publishing.Result is null ? inTurn + 1 : 0;
                    publishing = inTurn < 2 ? Publish() : publishing;
                }

                return inTurn == 2;
            },
            "both publish");
        await AllAreToldAll();
        await _nodes.Until(() => _nodes[0].IsReady && _nodes[1].IsReady, "both are ready");
    }

    // At each node in turn.
    private async Task<BrokerException?> Publish()
    {
        var text = (++_published).ToString(CultureInfo.InvariantCulture);
        try
        {
            await _nodes.Publish(_published % 2, "news", text);
            _acknowledged.Add(text);
            return null;
        }
        catch (BrokerException failed)
        {
            return failed;
        }
    }

    private async Task AllAreToldAll()
    {
        await _nodes.Until(
            () => _clients.All(client => client.Told.EndsWith(_acknowledged[^1], StringComparison.Ordinal)),
            _clients.Told);
        Assert.All(_clients, client =>
        {
            Assert.Equal("", client.Faults);
            Assert.Empty(_acknowledged.Except(client.Told.Split(' ')));
        });
    }
}
