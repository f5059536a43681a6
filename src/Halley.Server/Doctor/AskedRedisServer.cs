using System.Diagnostics;
using System.Net;
using Halley.Redis;
using Halley.Server.Commands;
using StackExchange.Redis;

namespace Halley.Server.Doctor;

/// <summary>A Redis as it answered when it was asked.</summary>
internal sealed class AskedRedisServer : IRedisServer
{
    private const int Pings = 20;

    private static readonly string[] SettingNames = [
        "appendonly", "appendfsync", "save", "maxmemory-policy", "client-output-buffer-limit", "min-replicas-to-write",
    ];

    private readonly Dictionary<string, string> _info = [];
    private readonly Dictionary<string, string> _settings = [];

    private AskedRedisServer(string place) => Place = place;

    public string Place { get; }

    public TimeSpan RoundTrip { get; private set; }

    /// <summary>Asks the primary; in a cluster all of them.</summary>
    /// <exception cref="CommandException">None of them can be asked; no password is in it.</exception>
    public static async Task<IReadOnlyList<AskedRedisServer>> Ask(ConfigurationOptions options)
    {
        var places = string.Join(", ", options.EndPoints.Select(Show));
        options.AllowAdmin = true;
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
            var servers = connection.GetServers().Where(server => server.IsConnected).ToList();
            if (servers.Count > 0 && servers.TrueForAll(server => server.IsReplica))
            {
                throw new CommandException(
                    $"Redis at {places} is a replica: channels lie in its primary; ask that one");
            }

            var asked = new List<AskedRedisServer>();
            foreach (var server in servers.Where(server => !server.IsReplica))
            {
                asked.Add(await Ask(server));
            }

            return asked;
        }
        catch (Exception failed) when (failed is RedisException or TimeoutException)
        {
            if (ConnectionFault.FindRefusal(failed) is { } refusal
                && refusal.StartsWith("TLS", StringComparison.Ordinal))
            {
                throw new CommandException(
                    $"Redis at {places} cannot be reached ({refusal}): "
                    + "HALLEY_REDIS__CA_FILE names a file with the certificates to trust, as redis.ca_file does");
            }

            throw new CommandException(IsAboutPassword(failed, options.Ssl)
                ? $"Redis at {places} refuses the user or the password: give them as redis://USER:PASSWORD@HOST:PORT, "
                    + "or the password as HALLEY_REDIS__PASSWORD"
                : $"Redis at {places} cannot be reached, or does not answer: does it run there, "
                    + $"and may this machine connect to it{(options.Ssl ? " with TLS" : "")}?");
        }
    }

    public string? Info(string field) => _info.GetValueOrDefault(field);

    public string? Setting(string name) => _settings.GetValueOrDefault(name);

    private static async Task<AskedRedisServer> Ask(IServer server)
    {
        var asked = new AskedRedisServer(Show(server.EndPoint));
        foreach (var line in (await Try(() => server.InfoRawAsync()) ?? "").Split("\r\n"))
        {
            if (line.Split(':', 2) is [var field, var value])
            {
                asked._info[field] = value;
            }
        }

        foreach (var name in SettingNames)
        {
            if (await Try<RedisResult>(async () =>
                await server.ExecuteAsync("CONFIG", "GET", name)) is { Length: 2 } answer
                && (string?)answer[1] is { } value)
            {
                asked._settings[name] = value;
            }
        }

        asked.RoundTrip = await MeasureRoundTrip(server);
        return asked;
    }

    private static async Task<TimeSpan> MeasureRoundTrip(IServer server)
    {
        // The first is also the time in which the code for it is made.
        await server.PingAsync();
        var times = new TimeSpan[Pings];
        for (var i = 0; i < times.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await server.PingAsync();
            times[i] = Stopwatch.GetElapsedTime(start);
        }

        Array.Sort(times);
        return times[times.Length / 2];
    }

    /// <returns>Null where it is refused: forbidden to this user, or taken out, as those do who run Redis for
    /// others.</returns>
    private static async Task<T?> Try<T>(Func<Task<T?>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (RedisServerException refused) when (!IsAboutPassword(refused, isEncrypted: true))
        {
            return null;
        }
    }

    /// <param name="isEncrypted">Then a TLS handshake that fails is called an authentication failure, too: only what
    /// Redis says counts.</param>
    private static bool IsAboutPassword(Exception? failed, bool isEncrypted)
    {
        for (; failed is not null; failed = failed.InnerException)
        {
            if ((!isEncrypted
                && failed is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure })
                || failed.Message.Contains("WRONGPASS", StringComparison.Ordinal)
                || failed.Message.Contains("NOAUTH", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string Show(EndPoint place) => place is DnsEndPoint name ? $"{name.Host}:{name.Port}" : $"{place}";
}
