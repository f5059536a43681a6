using System.Net;
using Halley.Testing;

namespace Halley.Proxies.Tests;

/// <summary>
/// What a proxy before nodes sends to another one when the first fails it: never what may have been done already.
/// </summary>
public sealed class TriedAgain : IAsyncDisposable
{
    private readonly List<FakeNode> _nodes = [];
    private readonly List<ReservedPort> _dead = [];

    public static TheoryData<string, string> AllPushes =>
        new(from proxy in Proxies from method in Methods select (proxy, method));

    public static TheoryData<string> AllProxies => [.. Proxies];

    private static string[] Proxies => [ProxyBeforeNodes.Nginx, ProxyBeforeNodes.Haproxy];

    private static string[] Methods => ["GET", "POST"];

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _dead.ForEach(port => port.Dispose());
    }

    [Theory]
    [MemberData(nameof(AllPushes))]
    public async Task A_push_whose_answer_was_lost_is_not_sent_again(string program, string method)
    {
        await using var proxy = await StartAsync(program, living: 3, answer: null);
        using var publisher = proxy.Publisher();
        using var answer = await ProxyBeforeNodes.PushAsync(publisher, new HttpMethod(method), "news", "once");

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Single(
            _nodes.SelectMany(node => node.Asked),
            line => line.StartsWith($"{method} /push", StringComparison.Ordinal));
    }

    // As to nchan's pubsub locations.
    [Theory]
    [MemberData(nameof(AllProxies))]
    public async Task What_is_posted_where_subscribers_come_is_not_sent_again(string program)
    {
        await using var proxy = await StartAsync(program, living: 3, answer: null);
        using var publisher = proxy.PublisherAtFront();
        using var content = new StringContent("once");
        using var answer = await publisher.PostAsync(
            new Uri("news", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal("POST /news HTTP/1.1", Assert.Single(_nodes.SelectMany(node => node.Asked)));
    }

    [Theory]
    [InlineData(ProxyBeforeNodes.Nginx, "POST")]
    [InlineData(ProxyBeforeNodes.Haproxy, "POST")]
    [InlineData(ProxyBeforeNodes.Haproxy, "GET")]
    public async Task A_push_goes_to_the_next_node_where_nobody_listens(string program, string method)
    {
        await using var proxy = await StartAsync(program, living: 2, answer: "ok");
        using var publisher = proxy.Publisher();
        for (var n = 0; n < 6; n++)
        {
            using var answer = await ProxyBeforeNodes.PushAsync(publisher, new HttpMethod(method), "news", "once");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(6, _nodes.Sum(node => node.Asked.Count));
    }

    [Fact]
    public async Task By_GET_nginx_does_not_even_do_that_and_leaves_the_dead_node_out()
    {
        await using var proxy = await StartAsync(ProxyBeforeNodes.Nginx, living: 2, answer: "ok");
        using var publisher = proxy.Publisher();
        List<HttpStatusCode> answers = [];
        for (var n = 0; n < 6; n++)
        {
            using var answer = await ProxyBeforeNodes.PushAsync(publisher, HttpMethod.Get, "news", "once");
            answers.Add(answer.StatusCode);
        }

        Assert.Single(answers, HttpStatusCode.BadGateway);
        Assert.Equal(5, _nodes.Sum(node => node.Asked.Count));
    }

    [Theory]
    [MemberData(nameof(AllProxies))]
    public async Task A_subscriber_whose_node_fails_is_brought_to_the_next(string program)
    {
        await using var proxy = await StartAsync(program, living: 3, answer: null);
        using var client = proxy.Client();
        using var answer = await client.GetAsync(
            new Uri("stream?cname=news&seq=1", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.All(_nodes, node => Assert.Equal("GET /stream?cname=news&seq=1 HTTP/1.1", Assert.Single(node.Asked)));
    }

    [Theory]
    [MemberData(nameof(AllProxies))]
    public async Task Nobody_sticks_to_a_node(string program)
    {
        await using var proxy = await StartAsync(program, living: 3, answer: "ok");
        using var client = proxy.Client();
        using var publisher = proxy.Publisher();
        for (var n = 0; n < 6; n++)
        {
            Assert.Equal(
                "ok", await client.GetStringAsync(
                    new Uri("poll?cname=news", UriKind.Relative), TestContext.Current.CancellationToken));
            (await ProxyBeforeNodes.PushAsync(publisher, HttpMethod.Post, "news", "x")).Dispose();
        }

        Assert.All(
            _nodes,
            node => Assert.Equal(2, node.Asked.Count(line => line.StartsWith("GET /poll", StringComparison.Ordinal))));
        Assert.All(
            _nodes,
            node => Assert.Equal(2, node.Asked.Count(line => line.StartsWith("POST /push", StringComparison.Ordinal))));
    }

    [Theory]
    [MemberData(nameof(AllProxies))]
    public async Task What_is_not_for_publishers_does_not_go_through(string program)
    {
        await using var proxy = await StartAsync(program, living: 3, answer: "ok");
        using var publisher = proxy.Publisher();
        foreach (var target in new[] { "psub", "nosuch" })
        {
            using var answer = await publisher.GetAsync(
                new Uri(target, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    // Three nodes, of which the first so many are there.
    private Task<ProxyBeforeNodes> StartAsync(string program, int living, string? answer)
    {
        _nodes.AddRange(Enumerable.Range(0, living).Select(_ => new FakeNode(answer)));
        _dead.AddRange(Enumerable.Range(living, 3 - living).Select(_ => new ReservedPort()));
        return ProxyBeforeNodes.StartAsync(
            program,
            [.. _nodes.Select(node => node.Address).Concat(_dead.Select(port => port.OnLoopback)).Select(address =>
                (address, address))]);
    }
}
