using System.Net;
using Halley.Access;
using Halley.Channels;
using Halley.Protocol.Access;
using Halley.Protocol.Backends;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Tests.Routing;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Nchan;

/// <summary>What the operator's backend is asked, and what its answer does, or that there is none.</summary>
public sealed class HookTests : IDisposable
{
    private const string Authorize = "http://backend.test/auth?who=$arg_who";
    private const string Upstream = "http://backend.test/message";

    private readonly NchanNode _guarded = new(options => options.AuthorizeRequest = Authorize);
    private readonly NchanNode _rewriting = new(
        options => options.PublisherUpstreamRequest = options.Kind == NchanKind.Subscriber ? "" : Upstream);

    private FakeBackend Guard => _guarded.Backend;

    private FakeBackend Rewriter => _rewriting.Backend;

    public void Dispose()
    {
        _guarded.Dispose();
        _rewriting.Dispose();
    }

    [Fact]
    public void Nothing_is_said_to_a_client_before_the_backend_allows_it()
    {
        var answer = _guarded.Ask("/sub/a?who=me", fields: "Accept: text/event-stream");
        Assert.Null(answer.Head);
        Assert.Equal(0, _guarded.Hub.SubscriberCount);
        Guard.Answer(200);
        Assert.Equal(": hi\n\n", answer.Body);
        Assert.True(answer.IsHeld);
    }

    [Fact]
    public void The_backend_sees_who_comes_how_and_for_what()
    {
        _guarded.Ask(
            "/sub/a,b%20c?who=me",
            fields: "Cookie: c=1|Authorization: Bearer x|X-Own: y|Accept: text/event-stream|TE: trailers|X-Channel-Id: "
                + "pretended|X_Channel_Id: pretended|x_halley-User: pretended");
        var request = Guard.Last;
        Assert.Equal(("GET", "http://backend.test/auth?who=me"), (request.Method, request.Url));
        Assert.Null(request.Body);
        Assert.Equal(TimeSpan.FromSeconds(5), request.Timeout);
        Assert.Equal(
            [
                ("Cookie", "c=1"), ("Authorization", "Bearer x"), ("X-Own", "y"), ("Accept", "text/event-stream"),
                ("X-Subscriber-Type", "eventsource"), ("X-Channel-Id", "a,b%20c"), (
                    "X-Original-URI", "/sub/a,b%20c?who=me"),
                ("X-Original-Method", "GET"), ("X-Real-IP", "127.0.0.1"),
            ],
            request.Fields);
        _guarded.Ask("POST /pub/a", "x");
        Assert.Contains(("X-Publisher-Type", "http"), Guard.Last.Fields);
    }

    [Fact]
    public void The_backend_is_told_the_client_that_a_trusted_proxy_names()
    {
        _guarded.TrustedProxies = TrustedProxies.Of(["127.0.0.1"]);
        _guarded.Ask("/sub/a", fields: "X-Forwarded-For: 9.9.9.9, 1.2.3.4|X-Real-IP: 5.6.7.8");
        Assert.Equal(("X-Real-IP", "1.2.3.4"), Assert.Single(Guard.Last.Fields, field => field.Name == "X-Real-IP"));
    }

    [Fact]
    public void A_subscriber_that_goes_is_not_asked_for_any_more()
    {
        var answer = _guarded.Ask("/sub/a");
        Assert.True(answer.Awaited!.Value.EndsWithClient);
        answer.Awaited.Value.GiveUp();
        Assert.Equal(1, Guard.GivenUp);
    }

    [Fact]
    public void A_publisher_that_has_said_all_and_ends_its_side_still_publishes()
    {
        var answer = _guarded.Ask("POST /pub/a", "x");
        Assert.False(answer.Awaited!.Value.EndsWithClient);
        Assert.False(_rewriting.Ask("POST /pub/a", "x").Awaited!.Value.EndsWithClient);
        Guard.Answer(200);
        Assert.Null(answer.Awaited);
    }

    [Fact]
    public void A_question_takes_of_the_share_of_the_client_that_a_trusted_proxy_names()
    {
        _guarded.TrustedProxies = TrustedProxies.Of(["127.0.0.1"]);
        _guarded.Ask("/sub/a", fields: "X-Forwarded-For: 1.2.3.4");
        Assert.Equal(ClientBlock.Of(IPAddress.Parse("1.2.3.4")), Guard.Last.Client);
        _guarded.Ask("POST /pub/a", "x", "X-Forwarded-For: 1.2.3.5");
        Assert.Equal(ClientBlock.Of(IPAddress.Parse("1.2.3.5")), Guard.Last.Client);
    }

    [Theory]
    [InlineData("a%2Fb", "a%2Fb")]
    [InlineData("..%2F..%2Fadmin", "..%2F..%2Fadmin")]
    [InlineData("x%26admin=1", "x%26admin%3D1")]
    [InlineData("x%0D%0AHost:%20evil", "x%0D%0AHost%3A%20evil")]
    [InlineData("@evil.test", "%40evil.test")]
    public void What_a_client_says_stays_one_value_in_the_address(string said, string sent)
    {
        _guarded.Ask("/sub/a?who=" + said);
        Assert.Equal("http://backend.test/auth?who=" + sent, Guard.Last.Url);
    }

    [Fact]
    public void A_name_of_a_channel_cannot_bring_a_field_of_its_own()
    {
        _guarded.Ask("/sub/a%0DX-Admin:%201%2Cb");
        Assert.Contains(("X-Channel-Id", "a%0DX-Admin:%201,b"), Guard.Last.Fields);
    }

    [Theory]
    [InlineData("/sub/a")]
    [InlineData("POST /pub/a")]
    [InlineData("DELETE /pub/a")]
    [InlineData("/pub/a")]
    [InlineData("HEAD /sub/a")]
    [InlineData("POST /ps/a")]
    public void A_refusal_is_passed_on_with_what_the_client_needs_of_it(string request)
    {
        _guarded.Hub.Broker.Publish("a"u8, new Publication("old"u8.ToArray())).Now();
        var answer = _guarded.Ask(request, "x");
        Guard.Answer(
            401, "log in", ("Content-Type", "text/x"), ("WWW-Authenticate", "Basic"), ("X-Internal", "secret"));
        Assert.Equal("401 Reason", answer.Status);
        Assert.Equal("Content-Type: text/x\r\n|\r\nWWW-Authenticate: Basic\r\n", answer.Fields);
        Assert.Equal("log in", answer.Body);
        Assert.Equal(2, _guarded.Hub.Find("a"u8)!.Position.Offset);
    }

    [Theory]
    [InlineData(BackendOutcome.Failed, "502 Bad Gateway")]
    [InlineData(BackendOutcome.TimedOut, "504 Gateway Timeout")]
    [InlineData(BackendOutcome.TooBusy, "503 Service Unavailable")]
    public void Without_an_answer_nobody_is_let_in_unless_the_location_says_so(BackendOutcome outcome, string status)
    {
        var refused = _guarded.Ask("/sub/a");
        Guard.Fail(outcome);
        Assert.Equal(status, refused.Status);
        Assert.Equal(0, _guarded.Hub.SubscriberCount);

        using var open = new NchanNode(
            options => (options.AuthorizeRequest, options.AllowOnAuthorizeFailure) = (Authorize, true));
        var allowed = open.Ask("/sub/a");
        open.Backend.Fail(outcome);
        Assert.Equal(outcome != BackendOutcome.TooBusy, allowed.IsHeld);
        var denied = open.Ask("/sub/a");
        open.Backend.Answer(500);
        Assert.Equal("500 Reason", denied.Status);
    }

    [Fact]
    public void A_message_that_was_allowed_is_the_one_that_was_asked_about()
    {
        var answer = _guarded.Ask("POST /pub/a", "body", "Content-Type: text/x|X-EventSource-Event: e");
        Guard.Answer(204);
        Assert.Equal("202 Accepted", answer.Status);
        var message = _guarded.Hub.Find("a"u8)!.Read(Replay.Newest(1))[0];
        Assert.Equal("body"u8, message.Payload);
        Assert.Equal("text/x"u8, message.Labels!.ContentType!);
        Assert.Equal("e"u8, message.Labels.EventType!);
    }

    [Fact]
    public void Upstream_sees_the_message_and_its_answer_is_published_in_its_place()
    {
        var answer = _rewriting.Ask("POST /pub/a", "hello", "Content-Type: text/x");
        Assert.Equal(("POST", Upstream), (Rewriter.Last.Method, Rewriter.Last.Url));
        Assert.Equal("hello"u8.ToArray(), Rewriter.Last.Body);
        Assert.Contains(("Content-Type", "text/x"), Rewriter.Last.Fields);
        Assert.Null(answer.Head);
        Rewriter.Answer(200, "HELLO", ("Content-Type", "text/y"));
        Assert.Equal("202 Accepted", answer.Status);
        var message = _rewriting.Hub.Find("a"u8)!.Read(Replay.Newest(1))[0];
        Assert.Equal("HELLO"u8, message.Payload);
        Assert.Equal("text/y"u8, message.Labels!.ContentType!);
    }

    [Fact]
    public void Upstream_may_leave_a_message_as_it_is_or_drop_it()
    {
        var answer = _rewriting.Ask("POST /ps/a", "as is", "Content-Type: text/x");
        Rewriter.Answer(304);
        Assert.Equal("202 Accepted", answer.Status);
        Assert.Equal("as is"u8, _rewriting.Hub.Find("a"u8)!.Read(Replay.Newest(1))[0].Payload);
        answer = _rewriting.Ask("POST /pub/a", "drop");
        Rewriter.Answer(204);
        Assert.Equal("204 No Content", answer.Status);
        Assert.True(answer.Head!.HasNoBody);
        Assert.Equal(2, _rewriting.Hub.Find("a"u8)!.Position.Offset);
    }

    [Theory]
    [InlineData(403, "403 Forbidden")]
    [InlineData(500, "502 Bad Gateway")]
    [InlineData(0, "504 Gateway Timeout")]
    public void What_upstream_does_not_take_is_not_published_unless_it_failed_and_the_location_says_so(
        int status, string expected)
    {
        var answer = _rewriting.Ask("POST /pub/a", "x");
        AnswerOrTimeOut(Rewriter, status);
        Assert.Equal(expected, answer.Status);
        Assert.Null(_rewriting.Hub.Find("a"u8));

        using var open = new NchanNode(options =>
            (options.PublisherUpstreamRequest, options.PublishOnUpstreamFailure) = (
                options.Kind == NchanKind.Subscriber ? "" : Upstream, true));
        answer = open.Ask("POST /pub/a", "x");
        AnswerOrTimeOut(open.Backend, status);
        Assert.Equal(status == 403 ? "403 Forbidden" : "202 Accepted", answer.Status);
    }

    [Fact]
    public void A_message_is_authorized_before_upstream_sees_it()
    {
        using var node = new NchanNode(options =>
            (options.AuthorizeRequest, options.PublisherUpstreamRequest) = (
                Authorize, options.Kind == NchanKind.Subscriber ? "" : Upstream));
        node.Ask("POST /pub/a", "x");
        Assert.Equal("GET", Assert.Single(node.Backend.Requests).Method);
        node.Backend.Answer(200);
        Assert.Equal("POST", node.Backend.Last.Method);
        Assert.Equal("x"u8.ToArray(), node.Backend.Last.Body);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080/a/$1?x=$arg_x")]
    [InlineData("https://backend.test")]
    [InlineData("http://[::1]:80?x=1")]
    public void An_address_of_a_backend(string written) =>
        Assert.True(BackendAddress.TryParse(written, RequestFor.At("~ ^/(.*)$"), out _, out _));

    [Theory]
    [InlineData("/auth")]
    [InlineData("ftp://a/")]
    [InlineData("http://")]
    [InlineData("http:///auth")]
    [InlineData("http://$arg_host/auth")]
    [InlineData("http://a.test:$arg_port/auth")]
    [InlineData("http://user:secret@a.test/auth")]
    [InlineData("http://a.test/a b")]
    [InlineData("http://a.test/$nothing")]
    [InlineData("http://a.test\\@b.test/")]
    public void What_is_no_address_of_a_backend_is_told(string written)
    {
        Assert.False(BackendAddress.TryParse(written, RequestFor.At("/a"), out _, out var error));
        Assert.NotEmpty(error);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    private static void AnswerOrTimeOut(FakeBackend backend, int status)
    {
        if (status == 0)
        {
            backend.Fail(BackendOutcome.TimedOut);
        }
        else
        {
            backend.Answer(status);
        }
    }
}
