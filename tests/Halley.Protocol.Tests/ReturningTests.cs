using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>How iComet's subscribers are told to come back by a node that drains.</summary>
public sealed class ReturningTests : IDisposable
{
    private static readonly TimeSpan After = TimeSpan.FromMilliseconds(1234);

    private readonly ICometNode _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("/sse?cname=a&seq=1", "retry: 1234\n\n")]
    [InlineData("/stream?cname=a&seq=1", "")]
    [InlineData("/poll?cname=a&seq=1", """{"type":"noop","cname":"a","seq":0,"content":""}""" + "\n")]
    public void Each_transport_has_its_words(string target, string words)
    {
        var answer = _node.Sub(target);

        Assert.True(answer.TryReturn(After));

        Assert.Equal(words, answer.Body);
        Assert.True(answer.IsEnded);
    }

    [Fact]
    public void Who_has_not_been_told_all_that_was_published_is_told_first()
    {
        var answer = _node.Sub("/sse?cname=a&seq=1");
        _node.Admin.Ask("GET /push?cname=a&content=hi", "", new RecordingExchange(_node.Dispatcher));

        Assert.False(answer.TryReturn(After));
        Assert.True(answer.IsHeld);

        _node.Dispatcher.RunAll();
        Assert.True(answer.TryReturn(After));
        Assert.EndsWith("\"hi\"}\n\nretry: 1234\n\n", answer.Body, StringComparison.Ordinal);
    }
}
