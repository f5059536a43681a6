using System.Text;

namespace Halley.Load.Clients;

/// <summary>The bytes a subscriber sends, with few headers as from curl or with those of a browser (some 700 bytes).</summary>
internal static class SubscribeRequest
{
    private const string FewHeaders = "User-Agent: halley-load/1.0\r\nAccept: */*\r\n";

    private const string BrowserHeaders =
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36\r\n" +
        "Accept: text/event-stream\r\n" +
        "Accept-Language: en-GB,en-US;q=0.9,en;q=0.8,de;q=0.7\r\n" +
        "Accept-Encoding: gzip, deflate, br, zstd\r\n" +
        "Cache-Control: no-cache\r\n" +
        "Connection: keep-alive\r\n" +
        "Referer: https://www.example.com/members/messages/inbox?folder=unread&page=2\r\n" +
        "Cookie: session=5f0c7d2e9b8a41d6a3c4e5f60718293a; theme=dark; consent=analytics:0|ads:0; last_seen=1732252800\r\n" +
        "sec-ch-ua: \"Chromium\";v=\"141\", \"Not?A_Brand\";v=\"8\"\r\n" +
        "sec-ch-ua-mobile: ?0\r\n" +
        "sec-ch-ua-platform: \"Linux\"\r\n" +
        "Sec-Fetch-Dest: empty\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\n";

    /// <param name="next">The sequence number the subscriber wants next.</param>
    public static byte[] Create(SubscriptionKind kind, string channel, int next, bool hasBrowserHeaders)
    {
        var path = kind.ToString().ToLowerInvariant();
        var headers = hasBrowserHeaders ? BrowserHeaders : FewHeaders;
        return Encoding.ASCII.GetBytes(
            $"GET /{path}?cname={channel}&seq={next} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n");
    }
}
