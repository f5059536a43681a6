using Halley.Server.Configuration;

namespace Halley.Server.Tests.Configuration;

/// <summary>A place that asks clients for a token, and another one that serves the same channels to all.</summary>
public sealed class OpenBesideGuardedTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("", true)]
    [InlineData(""" "front": { "listen": "off" }, """, false)]
    [InlineData(""" "front": { "listen": "127.0.0.1:8100" }, """, false)]
    [InlineData(""" "front": { "allow": ["10"] }, """, false)]
    [InlineData(""" "front": { "auth": "token" }, """, false)]
    [InlineData(""" "namespaces": [ { "prefix": "", "subscribe": "users" } ], """, false)]
    [InlineData(""" "namespaces": [ { "prefix": "a:", "subscribe": "users" } ], """, true)]
    public void It_is_warned_of_where_other_machines_reach_it(string more, bool isWarned)
    {
        var path = _directory.Write("h.json", $$"""
            { {{more}} "jwt": { "secrets": ["0123456789abcdef0123456789abcdef"] }, "listeners": [
              { "listen": ":8200", "endpoints": [ { "location": "/s/", "kind": "icomet-front", "auth": "jwt" } ] } ] }
            """);
        Assert.Equal(
            isWarned
                ? ["front lets whoever reaches 0.0.0.0:8100 subscribe, and asks nobody who it is, while icomet-front "
                    + $"/s/ ({path}:2) asks: they serve the same channels; set front.auth or front.allow, or "
                    + "front.listen to off"]
                : [],
            HalleyConfiguration.Load(path, new Dictionary<string, string>(), []).Warnings);
    }

    [Fact]
    public void What_is_open_for_channels_that_are_named_is_a_choice()
    {
        var path = _directory.Write("h.json", """
            { "front": { "listen": "off" }, "jwt": { "secrets": ["0123456789abcdef0123456789abcdef"] }, "listeners": [
              { "listen": ":8200", "auth": "jwt", "endpoints": [
                { "location": "/", "kind": "icomet-front" },
                { "location": "/n", "kind": "eventsource", "channels_path": "news", "auth": "none" },
                { "location": "/any", "kind": "eventsource", "channels_path": "$arg_id", "auth": "none" } ] } ] }
            """);
        Assert.StartsWith(
            $"eventsource /any ({path}:5) lets whoever reaches :8200 subscribe",
            Assert.Single(HalleyConfiguration.Load(path, new Dictionary<string, string>(), []).Warnings),
            StringComparison.Ordinal);
    }
}
