using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>The reasons why Redis cannot be reached, in words for its operator; no password is in them.</summary>
public static class ConnectionFault
{
    /// <summary>Describes what stands behind a failure to connect, or to be answered.</summary>
    public static string Describe(Exception? failed) => FindRefusal(failed)
        ?? (failed as RedisConnectionException)?.FailureType switch
        {
            null or ConnectionFailureType.None or ConnectionFailureType.UnableToResolvePhysicalConnection =>
                "it does not answer",
            var kind => $"{kind}",
        };

    /// <summary>Describes what is wrong with the certificate that Redis shows; null for nothing.</summary>
    internal static string? Describe(SslPolicyErrors errors, X509Chain? chain) => errors switch
    {
        SslPolicyErrors.None => null,
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "TLS: it shows no certificate",
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) =>
            "TLS: its certificate is for another name than that in the address",
        _ => "TLS: its certificate is not trusted: "
            + string.Join(", ", (chain?.ChainStatus ?? []).Select(fault => fault.Status)),
    };

    /// <summary>
    /// That one of both does not trust the other, which does not go by with time; else null.
    /// </summary>
    public static string? FindRefusal(Exception? failed)
    {
        for (var cause = failed; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException refused)
            {
                return $"TLS: {refused.Message.TrimEnd('.')}";
            }

            if (cause.Message.Contains("WRONGPASS", StringComparison.Ordinal)
                || cause.Message.Contains("NOAUTH", StringComparison.Ordinal))
            {
                return "it refuses the user or the password";
            }
        }

        return null;
    }

    /// <summary>Finds why a connection did not come about: it says so where something is asked over it.</summary>
    internal static async Task<Exception?> Find(ConnectionMultiplexer connection)
    {
        try
        {
            await connection.GetDatabase().PingAsync().ConfigureAwait(false);
            return null;
        }
        catch (Exception failed) when (
            failed is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            return failed;
        }
    }
}
