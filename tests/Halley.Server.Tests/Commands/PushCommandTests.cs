using System.Net;
using Halley.Server.Commands;

namespace Halley.Server.Tests.Commands;

public sealed class PushCommandTests : IDisposable
{
    private readonly ScriptedServer _server = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_message_is_posted_as_a_form_and_the_outcome_told()
    {
        _server.Answers("{\"type\":\"ok\"}\n");
        await Push("a b&c", "x=1+2 é\n");
        Assert.Equal(["/push cname=a+b%26c&content=x%3D1%2B2+%C3%A9%0A"], _server.Asked);
        Assert.Equal("ok\n", _output.ToString());
    }

    [Theory]
    [InlineData(
        HttpStatusCode.Forbidden,
        "",
        "http://x: this address may not publish; see admin.allow and admin.deny of the server")]
    [InlineData(HttpStatusCode.Unauthorized, "", "http://x: the server wants one of its keys (--key-file)")]
    [InlineData(
        HttpStatusCode.NotFound, "", "http://x: nobody publishes here; is this the server's admin port (--admin)?")]
    [InlineData(
        HttpStatusCode.TooManyRequests, "", "http://x: the server has too many channels; see its front.max_channels")]
    [InlineData(
        HttpStatusCode.InternalServerError, "oh\nno\n", "http://x: the server says 500 Internal Server Error: oh no")]
    [InlineData(HttpStatusCode.InternalServerError, "", "http://x: the server says 500 Internal Server Error")]
    public async Task A_refusal_is_told_with_what_to_do(HttpStatusCode status, string body, string message)
    {
        _server.Answers(body, status);
        Assert.Equal(message, (await Assert.ThrowsAsync<CommandException>(() => Push("a", "x"))).Message);
        Assert.Equal("", _output.ToString());
    }

    [Theory]
    [InlineData(HttpStatusCode.TemporaryRedirect)]
    [InlineData(HttpStatusCode.PermanentRedirect)]
    public async Task A_message_is_sent_on_whole(HttpStatusCode status)
    {
        _server.SendsOn("http://y/icomet/push", status).Answers("{\"type\":\"ok\"}\n");
        await Push("a", "x");
        Assert.Equal(["/push cname=a&content=x", "/icomet/push cname=a&content=x"], _server.Asked);
        Assert.Equal(["x", "y"], _server.Hosts);
    }

    [Theory]
    [InlineData(HttpStatusCode.MovedPermanently)]
    [InlineData(HttpStatusCode.Found)]
    [InlineData(HttpStatusCode.SeeOther)]
    public async Task A_redirect_that_would_lose_the_message_is_not_followed(HttpStatusCode status)
    {
        _server.SendsOn("http://y/push", status);
        Assert.Equal(
            $"http://x: the server says {(int)status}, which would lose what is published; only 307 and 308 are "
                + "followed here",
            (await Assert.ThrowsAsync<CommandException>(() => Push("a", "x"))).Message);
        Assert.Single(_server.Asked);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told()
    {
        _server.IsNotThere();
        Assert.Equal(
            "http://x: nothing listens there; is the server running, and is this its admin port (--admin)?",
            (await Assert.ThrowsAsync<CommandException>(() => Push("a", "x"))).Message);
    }

    [Fact]
    public async Task A_key_is_shown_to_the_server_asked_and_to_no_other()
    {
        _server.SendsOn("http://x/elsewhere").SendsOn("http://y/push").Answers("{\"type\":\"ok\"}\n");
        await Push("a", "x", key: "0123456789abcdef");
        Assert.Equal(["0123456789abcdef", "0123456789abcdef", ""], _server.Keys);
    }

    private async Task Push(string channel, string text, string? key = null)
    {
        using var client = new HttpClient(_server, disposeHandler: false);
        Assert.Equal(
            0,
            await PushCommand.Push(
                client, "http://x", key, channel, text, _output, TestContext.Current.CancellationToken));
    }
}
