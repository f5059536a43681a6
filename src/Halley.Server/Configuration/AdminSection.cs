using Halley.Protocol.Access;
using Halley.Protocol.Dialects.Api;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>The port of publishers and operators.</summary>
internal sealed class AdminSection
{
    /// <summary>Default 127.0.0.1:8000: whoever reaches this port may publish anything.</summary>
    [ConfigurationKeyName("listen")]
    public string Listen { get; set; } = "127.0.0.1:8000";

    /// <summary>The mode of the file where listen is a Unix socket. Default 0660.</summary>
    [ConfigurationKeyName("unix_mode")]
    public string UnixMode { get; set; } = UnixPath.UsualMode;

    /// <summary>
    /// The clients that may come, as AddressRules reads it. Default: no rule, so everybody who can reach the port.
    /// </summary>
    [ConfigurationKeyName("allow")]
    public List<string> Allow { get; set; } = [];

    /// <summary>The clients that may not. Default: no rule.</summary>
    [ConfigurationKeyName("deny")]
    public List<string> Deny { get; set; } = [];

    /// <summary>The proxies whose X-Forwarded-For is taken, as TrustedProxies reads it. Default: none.</summary>
    [ConfigurationKeyName("trusted_proxies")]
    public List<string> TrustedProxies { get; set; } = [];

    /// <summary>
    /// The sites whose pages may command this server through a browser, and names it is asked by, as SiteRules reads
    /// them. Default: none but its own.
    /// </summary>
    [ConfigurationKeyName("allowed_origins")]
    public List<string> AllowedOrigins { get; set; } = [];

    /// <summary>
    /// Keys, of which a request shows one unless it comes from where none is needed; secrets. Default: none, and none
    /// is asked for.
    /// </summary>
    [ConfigurationKeyName("api_keys")]
    public List<string> ApiKeys { get; set; } = [];

    /// <summary>A file with further ones, one a line; absolute once loaded. Default: none.</summary>
    [ConfigurationKeyName("api_keys_file")]
    public string ApiKeysFile { get; set; } = "";

    /// <summary>Keys that let their holder look, and change nothing; secrets. Default: none.</summary>
    [ConfigurationKeyName("read_only_keys")]
    public List<string> ReadOnlyKeys { get; set; } = [];

    /// <summary>A file with further ones, one a line; absolute once loaded. Default: none.</summary>
    [ConfigurationKeyName("read_only_keys_file")]
    public string ReadOnlyKeysFile { get; set; } = "";

    /// <summary>
    /// all, or others: whether a request from this machine needs a key, too, where there are keys. Default all.
    /// </summary>
    [ConfigurationKeyName("require_key")]
    public string RequireKey { get; set; } = "all";

    /// <summary>
    /// Whether HTTP/1.1 without a Host is refused. Default yes; an icomet.conf, which iComet did not refuse it for,
    /// says no.
    /// </summary>
    [ConfigurationKeyName("require_host")]
    public bool RequireHost { get; set; } = true;

    /// <summary>The clients that need no key where there are keys.</summary>
    public AddressRules Keyless => RequireKey == "others"
        ? new AddressRules(["127.0.0.0/8", "::1", "unix:"], [])
        : new AddressRules([], ["all"]);

    /// <summary>Whether anything says who may come: rules, or keys.</summary>
    public bool IsGuarded =>
        Allow.Count + Deny.Count + ApiKeys.Count + ReadOnlyKeys.Count > 0
        || ApiKeysFile.Length + ReadOnlyKeysFile.Length > 0;

    /// <summary>The keys of both places.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or has a line that is no key.</exception>
    public ApiKeys ReadKeys() => new(
    [
        .. ApiKeys,
        .. SecretsFile.Read(
            "admin.api_keys_file", ApiKeysFile, Protocol.Access.ApiKeys.IsOne, "key", SettingKey.WantsKey),
    ]);

    /// <summary>The same of those that only let look.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or has a line that is no key.</exception>
    public ReadingKeys ReadReadingKeys()
    {
        var keys = new ApiKeys(
        [
            .. ReadOnlyKeys,
            .. SecretsFile.Read(
                "admin.read_only_keys_file",
                ReadOnlyKeysFile,
                Protocol.Access.ApiKeys.IsOne,
                "key",
                SettingKey.WantsKey),
        ]);
        return keys.AreNone
            ? ReadingKeys.None
            : new ReadingKeys(
                keys,
                [
                    .. ApiDialect.Readable.Select(command => $"/api/{command}"), "/metrics", "/info", "/check",
                    "/status/stream", "/status/watch",
                ]);
    }

    /// <summary>Whether the operator opened this port to everybody in so many words.</summary>
    public static bool IsOpen(IEnumerable<string> allow) => allow.Any(rule => rule is "all" or "*");

    /// <summary>
    /// Bytes of request line and header. Default 2 MiB: iComet takes messages in the URL, however long.
    /// </summary>
    [ConfigurationKeyName("max_request_head")]
    public int MaxRequestHead { get; set; } = 2 << 20;

    /// <summary>Bytes. Default 128 MiB, twice the largest message iComet was seen to take.</summary>
    [ConfigurationKeyName("max_request_body")]
    public int MaxRequestBody { get; set; } = 128 << 20;
}
