using System.Collections.Concurrent;
using Halley.Broker;
using Halley.Redis;
using Halley.Server.Configuration;
using Halley.Testing;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Tests.Configuration;

/// <summary>
/// A Redis that speaks TLS, with a certificate that this machine does not trust, and has a user for us.
/// </summary>
public sealed class RedisOverTlsTests : IDisposable
{
    private const string Password = "not-in-any-log";
    private const string NotTrusted = "TLS: its certificate is not trusted: ";

    private readonly Authority _authority = new();
    private readonly ReservedPort _port = new();
    private readonly ConcurrentQueue<string> _log = [];
    private RedisServer? _redis;

    public void Dispose()
    {
        _redis?.Dispose();
        _port.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Channels_lie_there_where_its_issuer_is_trusted_and_the_user_may_do_what_is_needed()
    {
        Start();

        await using var broker = await Broker(Section());

        Assert.Equal(1, (await broker.Publish("news"u8, new Publication("one"u8.ToArray()))).Position.Offset);
        var leases = await NodeLease.ReadAll(Section().ToOptions(new HubOptions()));
        Assert.Equal(["a"], leases.Select(lease => lease.Name));
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_refused()
    {
        Start();

        await RefusedAs(NotTrusted, section => section.CaFile = "");
    }

    [Fact]
    public async Task A_certificate_of_another_issuer_is_refused()
    {
        Start();
        using var other = new Authority();

        await RefusedAs(NotTrusted, section => section.CaFile = other.Own);
    }

    [Fact]
    public async Task A_certificate_for_another_server_is_refused()
    {
        Start(name: "elsewhere.example.com");

        await RefusedAs(
            "TLS: its certificate is for another name than that in the address",
            _ => { });
    }

    [Fact]
    public async Task A_wrong_password_is_said_and_is_in_no_log()
    {
        Start();

        await RefusedAs("it refuses the user or the password", section => section.Password = Password + "!");
    }

    [Theory]
    [InlineData("redis", "", "redis.ca_file says which certificates are trusted, but redis.url is without TLS")]
    [InlineData("rediss", "none", "cannot be read")]
    [InlineData("rediss", "empty", "has no certificate")]
    public void A_file_that_can_be_of_no_use_stops_the_start(string scheme, string file, string why)
    {
        using var folder = new TemporaryDirectory();
        folder.Write("empty", "nothing");
        var section = new RedisSection
        {
            Url = $"{scheme}://127.0.0.1",
            CaFile = file.Length == 0 ? _authority.Own : folder.At(file),
        };

        var refused = Assert.Throws<ConfigurationException>(() => section.ToOptions(new HubOptions()));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    private void Start(string name = "127.0.0.1")
    {
        var (certificate, key) = _authority.IssueFor(name);
        _redis = new RedisServer(
            "--tls-port", $"{_port.Number}", "--tls-auth-clients", "no",
            "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", _authority.Own,
            "--user", "halley", "on", $">{Password}", "~halley:*", "&halley:*", "+@all", "-@dangerous", "+info",
            "--user", "default", "off");
    }

    private RedisSection Section() => new()
    {
        Url = $"rediss://127.0.0.1:{_port.Number}",
        User = "halley",
        Password = Password,
        CaFile = _authority.Own,
        Node = "a",
        Timeout = 10_000, // for a handshake on a machine that has much else to do
    };

    private async Task<RedisBroker> Broker(RedisSection section)
    {
        var hub = new Hub(new HubOptions(), TimeProvider.System);
        var broker = new RedisBroker(
            hub, section.ToOptions(new HubOptions()), TimeProvider.System, new Listening(_log));
        await broker.Start();
        return broker;
    }

    private async Task RefusedAs(string why, Action<RedisSection> change)
    {
        var section = Section();
        change(section);
        await using var broker = await Broker(section);

        var refused = await Assert.ThrowsAsync<BrokerException>(
            () => broker.Publish("news"u8, new Publication("one"u8.ToArray())).AsTask());
        Assert.False(refused.MayHaveBeenDone);

        // The library takes its whole timeout to say that it is not connected.
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        var said = $"Redis is not there yet (127.0.0.1:{_port.Number}): {why}";
        while (!_log.Any(line => line.StartsWith(said, StringComparison.Ordinal)))
        {
            Assert.False(patience.IsCancellationRequested, string.Join('\n', _log));
            await Task.Delay(20, CancellationToken.None);
        }

        Assert.DoesNotContain(_log, line => line.Contains(section.Password, StringComparison.Ordinal));
    }

    private sealed class Listening(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));
    }
}
