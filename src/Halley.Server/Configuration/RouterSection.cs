using Halley.Protocol.Access;
using Halley.Router;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>The servers that <c>halley router</c> stands before.</summary>
internal sealed class RouterSection
{
    /// <summary>The address for publishers. Default 127.0.0.1:8001.</summary>
    [ConfigurationKeyName("listen")]
    public string Listen { get; set; } = "127.0.0.1:8001";

    /// <summary>The clients that may come; as of the admin port. Default: everybody who can reach it.</summary>
    [ConfigurationKeyName("allow")]
    public List<string> Allow { get; set; } = [];

    /// <summary>The clients that may not. Default: none.</summary>
    [ConfigurationKeyName("deny")]
    public List<string> Deny { get; set; } = [];

    /// <summary>
    /// The sites whose pages may command it through a browser, and names it is asked by; as of the admin port. Default:
    /// none but its own.
    /// </summary>
    [ConfigurationKeyName("allowed_origins")]
    public List<string> AllowedOrigins { get; set; } = [];

    /// <summary>The servers, each as <see cref="TryParse"/> reads it. Default: none.</summary>
    [ConfigurationKeyName("servers")]
    public List<string> Servers { get; set; } = [];

    /// <summary>Milliseconds that a server may take for what is passed on to it. Default 2,000.</summary>
    [ConfigurationKeyName("timeout")]
    public int Timeout { get; set; } = 2000;

    /// <summary>
    /// Milliseconds between two questions whether a server is there, and for its answer. Default 1,000.
    /// </summary>
    [ConfigurationKeyName("check_interval")]
    public int CheckInterval { get; set; } = 1000;

    /// <summary>Questions without an answer after which it counts as silent. Default 3.</summary>
    [ConfigurationKeyName("down_after")]
    public int DownAfter { get; set; } = 3;

    /// <summary>
    /// Seconds after which a server says again that a channel is there: the longest channel_timeout of all. Default 30.
    /// </summary>
    [ConfigurationKeyName("presence_interval")]
    public int PresenceInterval { get; set; } = 30;

    /// <summary>Reads an item of the servers: <c>NAME ADMIN-URL FRONT-URL</c>.</summary>
    public static bool TryParse(string text, out RoutedServer server)
    {
        server = new RoutedServer("", "", "");
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var name, var admin, var front]
            || !RoutedServer.IsName(name)
            || !IsRootUrl(admin)
            || !IsRootUrl(front))
        {
            return false;
        }

        server = new RoutedServer(name, admin.TrimEnd('/'), front.TrimEnd('/'));
        return true;
    }

    /// <exception cref="ConfigurationException">There are none, or one is no server, or there twice.</exception>
    public IReadOnlyList<RoutedServer> ToServers()
    {
        var servers = new List<RoutedServer>();
        foreach (var item in Servers)
        {
            if (!TryParse(item, out var server))
            {
                throw new ConfigurationException(
                    $"router.servers has \"{HiddenSecrets.In(item)}\"; it wants {SettingKey.RoutedServers("").Wants}");
            }

            if (servers.Exists(other => other.Name == server.Name))
            {
                throw new ConfigurationException(
                    $"router.servers has the server {server.Name} twice; leave one of the two");
            }

            servers.Add(server);
        }

        return servers.Count > 0
            ? servers
            : throw new ConfigurationException(
                "router.servers is empty: there is nothing to route to; "
                    + $"it wants {SettingKey.RoutedServers("").Wants}");
    }

    public RouterOptions ToOptions() => new()
    {
        Timeout = TimeSpan.FromMilliseconds(Timeout),
        PresenceInterval = TimeSpan.FromSeconds(PresenceInterval),
        DownAfter = DownAfter,
        Rules = new AddressRules(Allow, Deny),
    };

    // Paths are put behind it.
    private static bool IsRootUrl(string text) =>
        text.All(c => c is > ' ' and < '\u007f')
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is ("http" or "https")
        && url.Query.Length == 0
        && url.Fragment.Length == 0;
}
