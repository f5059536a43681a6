using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Halley.Server.Webhooks;

/// <summary>
/// The header by which a receiver knows that a request is ours, and of now: <c>t=SECONDS,v1=HEX</c>, where HEX is an
/// HMAC-SHA256 of <c>SECONDS.BODY</c>; one <c>v1</c> for each secret, so that a secret can be changed.
/// </summary>
internal static class WebhookSignature
{
    public const string Header = "X-Halley-Signature";

    public static string Of(ReadOnlySpan<byte> body, IEnumerable<string> secrets, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(seconds), (byte)'.', .. body];
        var signatures = secrets.Select(secret =>
            $",v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}");
        return $"t={seconds}{string.Concat(signatures)}";
    }
}
