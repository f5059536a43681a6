using System.Net;
using Halley.Server.Configuration;

namespace Halley.Server.Tests.Configuration;

public sealed class RedisSectionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("redis://10.0.0.5", "10.0.0.5:6379", null, null, false, null)]
    [InlineData("redis://10.0.0.5:7000/3", "10.0.0.5:7000", null, null, false, 3)]
    [InlineData(
        "rediss://app:p%40ss@redis.example.com,[fd00::1]:7001",
        "redis.example.com:6379 [fd00::1]:7001",
        "app",
        "p@ss",
        true,
        null)]
    [InlineData("redis://:secret@localhost:1", "localhost:1", null, "secret", false, null)]
    public void A_url_says_where_Redis_is_and_who_we_are(
        string url, string places, string? user, string? password, bool isEncrypted, int? database)
    {
        var connection = new RedisSection { Url = url }.ToOptions(new HubOptions()).Connection;

        Assert.Equal(
            places, string.Join(
                ' ', connection.EndPoints.Select(
                    place => place is DnsEndPoint name ? $"{name.Host}:{name.Port}" : place.ToString())));
        Assert.Equal(
            (user, password, isEncrypted, database),
            (connection.User, connection.Password, connection.Ssl, connection.DefaultDatabase));
    }

    [Theory]
    [InlineData("10.0.0.5:6379")]
    [InlineData("http://10.0.0.5")]
    [InlineData("redis://")]
    [InlineData("redis://a:0")]
    [InlineData("redis://a:65536")]
    [InlineData("redis://a:b")]
    [InlineData("redis://a/x")]
    [InlineData("redis://a,,b")]
    [InlineData("redis://a b")]
    public void What_is_no_url_of_Redis_stops_the_start_and_is_not_repeated(string url)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Load($$"""{ "redis": { "url": "{{url}}" } }"""));

        Assert.Contains(
            "redis.url is not right; it wants redis://HOST:PORT", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{url}\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Waiting_for_a_replica_needs_the_fence()
    {
        Assert.False(new RedisSection { Url = "redis://a" }.ToOptions(new HubOptions()).WaitsForReplica);
        Assert.True(
            new RedisSection { Url = "redis://a", Ack = "replica" }.ToOptions(new HubOptions()).WaitsForReplica);
        var refused = Assert.Throws<ConfigurationException>(
            () => new RedisSection { Url = "redis://a", Ack = "replica", Fence = "off" }.ToOptions(new HubOptions()));
        Assert.Contains("redis.ack replica needs redis.fence strict", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sentinels_have_a_port_of_their_own()
    {
        var connection =
            new RedisSection { Url = "redis://a,b:7000", Sentinel = "mymaster" }.ToOptions(new HubOptions()).Connection;

        Assert.Equal("mymaster", connection.ServiceName);
        Assert.Equal([new DnsEndPoint("a", 26379), new DnsEndPoint("b", 7000)], connection.EndPoints);
    }

    [Fact]
    public void A_password_stands_in_a_file_beside_the_configuration_and_goes_before_all_others()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "password"), "from the file\n");
        var options = Load(
            """{ "redis": { "url": "redis://:url@a", "password": "key", "password_file": "password" } }""").Options;

        Assert.Equal("from the file", options.Redis.ToOptions(new HubOptions()).Connection.Password);
        options.Redis.PasswordFile = Path.Combine(_folder.FullName, "none");
        Assert.Contains(
            "redis.password_file",
            Assert.Throws<ConfigurationException>(() => options.Redis.ToOptions(new HubOptions())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_cluster_what_keys_begin_with_has_no_brace()
    {
        var section = new RedisSection { Url = "redis://a", Prefix = "{halley}:" };

        Assert.Equal("{halley}:", section.ToOptions(new HubOptions()).Prefix);
        section.Cluster = true;
        var refused = Assert.Throws<ConfigurationException>(() => section.ToOptions(new HubOptions()));
        Assert.Contains("redis.prefix may have no {", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_servers_that_say_nothing_have_different_names()
    {
        var section = new RedisSection { Url = "redis://a" };

        Assert.NotEqual(section.ToOptions(new HubOptions()).Node, section.ToOptions(new HubOptions()).Node);
        Assert.Throws<ConfigurationException>(() => Load("""{ "redis": { "node": "a b" } }"""));
    }

    private HalleyConfiguration Load(string json)
    {
        var path = Path.Combine(_folder.FullName, "halley.json");
        File.WriteAllText(path, json);
        return HalleyConfiguration.Load(path, new Dictionary<string, string>(), []);
    }
}
