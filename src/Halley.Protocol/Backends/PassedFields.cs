using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Backends;

/// <summary>
/// The fields of a client's request that a backend sees: all but those about the connection, the body and the
/// transport, and but those that we set ourselves, which a client could otherwise pretend.
/// </summary>
internal static class PassedFields
{
    // Lower case.
    private static readonly HashSet<string> Kept =
    [
        "accept-encoding", "connection", "content-length", "content-type", "expect", "host", "if-modified-since",
        "if-none-match", "keep-alive",
        "last-event-id", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
        "x-channel-id", "x-halley-action", "x-halley-user", "x-original-method", "x-original-uri", "x-publisher-type",
        "x-real-ip", "x-subscriber-type",
    ];

    public static List<(string Name, string Value)> Of(in HttpRequest request)
    {
        var passed = new List<(string, string)>();
        foreach (var range in request.Head.Fields.Split((byte)'\n'))
        {
            var line = request.Head.Fields[range].TrimEnd((byte)'\r');
            var colon = line.IndexOf((byte)':');
            if (colon <= 0)
            {
                continue;
            }

            var name = Encoding.Latin1.GetString(line[..colon]);

            // Many backends take both signs for one (CGI's HTTP_X_REAL_IP).
            var lower = name.ToLowerInvariant().Replace('_', '-');
            if (!Kept.Contains(lower) && !lower.StartsWith("sec-websocket-", StringComparison.Ordinal))
            {
                passed.Add((name, Encoding.Latin1.GetString(line[(colon + 1)..].Trim(" \t"u8))));
            }
        }

        return passed;
    }
}
