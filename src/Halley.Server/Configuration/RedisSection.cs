using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Halley.Redis;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;

namespace Halley.Server.Configuration;

/// <summary>The Redis by which several nodes share their channels; none as it is built in.</summary>
internal sealed class RedisSection
{
    private const int UsualPort = 6379;
    private const int UsualSentinelPort = 26379;

    /// <summary>
    /// The address of Redis, as <see cref="TryParse"/> reads it. Default: none, so that this process has its channels
    /// itself.
    /// </summary>
    [ConfigurationKeyName("url")]
    public string Url { get; set; } = "";

    /// <summary>Sentinel's name for the primary; then the url names sentinels. Default: there is no Sentinel.</summary>
    [ConfigurationKeyName("sentinel")]
    public string Sentinel { get; set; } = "";

    /// <summary>Whether it is a cluster. Default false.</summary>
    [ConfigurationKeyName("cluster")]
    public bool Cluster { get; set; }

    /// <summary>The user to sign in as. Default: the default user.</summary>
    [ConfigurationKeyName("user")]
    public string User { get; set; } = "";

    /// <summary>A secret. Default: none.</summary>
    [ConfigurationKeyName("password")]
    public string Password { get; set; } = "";

    /// <summary>A file with nothing but the password; absolute once loaded. Default: none.</summary>
    [ConfigurationKeyName("password_file")]
    public string PasswordFile { get; set; } = "";

    /// <summary>
    /// A file with the certificates, as PEM, whose own and issued ones are trusted in the place of those that this
    /// machine trusts; absolute once loaded. Default: none.
    /// </summary>
    [ConfigurationKeyName("ca_file")]
    public string CaFile { get; set; } = "";

    /// <summary>The beginning of all keys. Default halley:.</summary>
    [ConfigurationKeyName("prefix")]
    public string Prefix { get; set; } = "halley:";

    /// <summary>
    /// strict, or off: whether a stream begins anew after a failover or a restart of Redis that may have lost messages.
    /// Default strict.
    /// </summary>
    [ConfigurationKeyName("fence")]
    public string Fence { get; set; } = "strict";

    /// <summary>
    /// memory, or replica: whether a message counts as published when the primary has it, or only when a replica has
    /// it, too. Default memory.
    /// </summary>
    [ConfigurationKeyName("ack")]
    public string Ack { get; set; } = "memory";

    /// <summary>Milliseconds that Redis may take for an answer. Default 2,000.</summary>
    [ConfigurationKeyName("timeout")]
    public int Timeout { get; set; } = 2000;

    /// <summary>The name of this node. Default: the machine's name, and a number of its own.</summary>
    [ConfigurationKeyName("node")]
    public string Node { get; set; } = "";

    public bool IsUsed => Url.Length > 0;

    public static bool IsNodeName(string text) =>
        text.Length <= 100 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    /// <summary>Reads <c>redis://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]…][/DATABASE]</c>; rediss for TLS.</summary>
    public static bool TryParse(string text, out ConfigurationOptions options)
    {
        options = new ConfigurationOptions();
        var isEncrypted = text.StartsWith("rediss://", StringComparison.Ordinal);
        if (!isEncrypted && !text.StartsWith("redis://", StringComparison.Ordinal))
        {
            return false;
        }

        options.Ssl = isEncrypted;
        var rest = text[(text.IndexOf("//", StringComparison.Ordinal) + 2)..];
        if (rest.LastIndexOf('@') is var at and >= 0)
        {
            var who = rest[..at].Split(':', 2);
            options.User = who.Length == 2 && who[0].Length > 0 ? Uri.UnescapeDataString(who[0]) : null;
            options.Password = Uri.UnescapeDataString(who[^1]);
            rest = rest[(at + 1)..];
        }

        if (rest.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0)
        {
            if (slash + 1 < rest.Length)
            {
                if (!int.TryParse(rest[(slash + 1)..], out var database) || database < 0)
                {
                    return false;
                }

                options.DefaultDatabase = database;
            }

            rest = rest[..slash];
        }

        foreach (var place in rest.Split(','))
        {
            if (!TryParsePlace(place, out var host, out var port))
            {
                return false;
            }

            options.EndPoints.Add(host, port);
        }

        return true;
    }

    /// <param name="limits">Those of the channels.</param>
    /// <exception cref="ConfigurationException">A file cannot be read, or options do not go together.</exception>
    public RedisOptions ToOptions(HubOptions limits)
    {
        if (Ack == "replica" && Fence != "strict")
        {
            throw new ConfigurationException(
                "redis.ack replica needs redis.fence strict: "
                    + "without the fence nobody could tell which server was written to.");
        }

        _ = TryParse(Url, out var connection);
        connection.User = User.Length > 0 ? User : connection.User;
        connection.Password =
            PasswordFile.Length > 0 ? ReadPassword() : Password.Length > 0 ? Password : connection.Password;
        if (CaFile.Length > 0)
        {
            Trust(connection);
        }

        // What stands between the first braces of a key says which server of a cluster has it: a channel's name.
        if (Cluster && Prefix.Contains('{', StringComparison.Ordinal))
        {
            throw new ConfigurationException(
                "redis.prefix may have no { in a cluster (redis.cluster): "
                + "channels would not lie where they are looked for");
        }

        if (Sentinel.Length > 0)
        {
            connection.ServiceName = Sentinel;
        }

        for (var i = 0; i < connection.EndPoints.Count; i++)
        {
            connection.EndPoints[i] = WithPort(
                connection.EndPoints[i], Sentinel.Length > 0 ? UsualSentinelPort : UsualPort);
        }

        return new RedisOptions
        {
            Connection = connection,
            Node = Node.Length > 0
                ? Node
                : $"{Environment.MachineName}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}",
            Prefix = Prefix,
            IsCluster = Cluster,
            IsFenced = Fence == "strict",
            WaitsForReplica = Ack == "replica",
            IdempotencyWindow = limits.IdempotencyWindow,
            Timeout = TimeSpan.FromMilliseconds(Timeout),
            MaxChannels = limits.MaxChannels,
            HistorySize = limits.HistorySize,
            IdleTimeout = limits.IdleTimeout,
        };
    }

    private static bool TryParsePlace(string text, out string host, out int port)
    {
        port = 0;
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1
            : text.LastIndexOf(':') is var colon and >= 0 ? colon
            : text.Length;
        host = text[..end].Trim('[', ']');
        var rest = text[end..];
        return host.Length > 0
            && Uri.CheckHostName(host) != UriHostNameType.Unknown
            && (
                rest.Length == 0
                    || (rest[0] == ':' && int.TryParse(rest[1..], out port) && port is > 0 and <= ushort.MaxValue));
    }

    private static EndPoint WithPort(EndPoint place, int usual) => place switch
    {
        DnsEndPoint { Port: 0 } name => new DnsEndPoint(name.Host, usual),
        IPEndPoint { Port: 0 } address => new IPEndPoint(address.Address, usual),
        _ => place,
    };

    private void Trust(ConfigurationOptions connection)
    {
        if (!connection.Ssl)
        {
            throw new ConfigurationException(
                "redis.ca_file says which certificates are trusted, but redis.url is without TLS; "
                + "with TLS it begins with rediss://");
        }

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(CaFile);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigurationException(
                $"redis.ca_file {CaFile} cannot be read: {Unreadable.Reason(CaFile, refused)}");
        }

        if (policy.CustomTrustStore.Count == 0)
        {
            throw new ConfigurationException(
                $"redis.ca_file {CaFile} has no certificate; "
                + "it wants one or several as PEM (-----BEGIN CERTIFICATE-----)");
        }

        connection.SslClientAuthenticationOptions = host =>
            new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = policy };
    }

    private string ReadPassword()
    {
        try
        {
            return File.ReadAllText(PasswordFile).TrimEnd('\r', '\n');
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"redis.password_file {PasswordFile} cannot be read: {Unreadable.Reason(PasswordFile, refused)}");
        }
    }
}
