using System.Globalization;
using System.Text;

namespace Halley.Load.Wire;

/// <summary>
/// The bytes a subscriber sends, with few headers as from curl or with those of a browser (some 700 bytes).
/// </summary>
internal sealed class SubscribeRequest(SubscriptionPlan plan, UrlTemplate url)
{
    private const string FewHeaders = "User-Agent: halley-bench/1.0\r\nAccept: */*\r\n";

    private const string BrowserHeaders =
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, "
            + "like Gecko) Chrome/141.0.0.0 Safari/537.36\r\n"
            + "Accept: text/event-stream\r\n"
            + "Accept-Language: en-GB,en-US;q=0.9,en;q=0.8,de;q=0.7\r\n"
            + "Accept-Encoding: gzip, deflate, br, zstd\r\n"
            + "Cache-Control: no-cache\r\n"
            + "Connection: keep-alive\r\n"
            + "Referer: https://www.example.com/members/messages/inbox?folder=unread&page=2\r\n"
            + "Cookie: session=5f0c7d2e9b8a41d6a3c4e5f60718293a; theme=dark; consent=analytics:0|ads:0; "
            + "last_seen=1732252800\r\n"
            + "sec-ch-ua: \"Chromium\";v=\"141\", \"Not?A_Brand\";v=\"8\"\r\n"
            + "sec-ch-ua-mobile: ?0\r\n"
            + "sec-ch-ua-platform: \"Linux\"\r\n"
            + "Sec-Fetch-Dest: empty\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\n";

    private const string Upgrade =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: aGFsbGV5LWJlbmNoLTAwMQ==\r\n";

    private readonly string _fixedFields =
        $"Host: {url.Host}\r\n"
            + (plan.HasBrowserHeaders ? BrowserHeaders
                : plan.Transport == Transport.Sse
                    ? FewHeaders.Replace("*/*", "text/event-stream", StringComparison.Ordinal)
                : FewHeaders)
            + (plan.Transport is Transport.WebSocket or Transport.SignalR or Transport.SocketIo ? Upgrade : "")
            + string.Concat(plan.Headers.Select(line => line + "\r\n"));

    /// <param name="seq">The position to resume at, for a URL that has a place for it.</param>
    /// <param name="fields">Header lines that say the position, for a server that wants it there; null: none.</param>
    public byte[] Create(int channel, long seq, string? fields)
    {
        var path = url.Path
            .Replace(TextTemplate.Channel, plan.ChannelName(channel), StringComparison.Ordinal)
            .Replace("{seq}", seq.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes($"GET {path} HTTP/1.1\r\n{_fixedFields}{fields}\r\n");
    }
}
