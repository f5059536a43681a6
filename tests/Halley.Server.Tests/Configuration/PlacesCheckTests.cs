using Halley.Server.Configuration;

namespace Halley.Server.Tests.Configuration;

/// <summary>Places to listen at that are another listener's, too.</summary>
public sealed class PlacesCheckTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(
        """{ "front": { "listen": "127.0.0.1:8000" } }""",
        "PATH:1: front.listen is 127.0.0.1:8000, and so is admin.listen (default); give one of them another port, or "
            + "set admin.listen to off")]
    [InlineData(
        """{ "admin": { "listen": "localhost:80" }, "front": { "listen": "127.0.0.1:80" } }""",
        "PATH:1: admin.listen is localhost:80, and so is front.listen (PATH:1); give one of them another port, or set "
            + "front.listen to off")]
    [InlineData(
        """{ "listeners": [ { "listen": ":8100", "endpoints": [ { "location": "/", "kind": "icomet-front" } ] } ] }""",
        "PATH:1: listen is :8100, and so is front.listen (default); give one of them another port, or set front.listen "
            + "to off")]
    [InlineData("""{ "front": { "listen": "127.0.0.1:0" }, "admin": { "listen": "127.0.0.1:0" } }""", null)]
    [InlineData("""{ "front": { "listen": "127.0.0.2:8000" } }""", null)]
    [InlineData("""{ "front": { "listen": "off" }, "admin": { "listen": "off" } }""", null)]
    public void What_is_listened_on_twice_is_refused_before_a_server_starts(string json, string? mistake)
    {
        var path = _directory.Write("h.json", json);
        var refused = Record.Exception(() => Load(path));
        Assert.Equal(mistake?.Replace("PATH", path, StringComparison.Ordinal), refused?.Message);
    }

    [Theory]
    [InlineData(":8000", "127.0.0.1:8000", "admin.listen is 127.0.0.1:8000, and front.listen is :8000: whoever "
        + "connects to 127.0.0.1 reaches the first, and never the second; give one of them another port if that is "
        + "not meant")]
    [InlineData("[::]:8000", "127.0.0.1:8000", "admin.listen is 127.0.0.1:8000, and front.listen is [::]:8000: "
        + "whoever connects to 127.0.0.1 reaches the first, and never the second; give one of them another port if "
        + "that is not meant")]
    [InlineData("0.0.0.0:8000", "[::1]:8000", null)]
    [InlineData("0.0.0.0:8100", "127.0.0.1:8000", null)]
    [InlineData("127.0.0.2:8000", "127.0.0.1:8000", null)]
    public void An_address_within_another_one_is_warned_of(string front, string admin, string? warning)
    {
        var path = _directory.Write(
            "h.json", $$"""{ "front": { "listen": "{{front}}" }, "admin": { "listen": "{{admin}}" } }""");
        Assert.Equal(warning is null ? [] : [warning], Load(path).Warnings);
    }

    private static HalleyConfiguration Load(string path) =>
        HalleyConfiguration.Load(path, new Dictionary<string, string>(), []);
}
