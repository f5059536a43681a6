namespace Halley.Benchmarks;

/// <summary>Subscribers' request heads as they come, and broken ones.</summary>
internal static class SampleRequests
{
    private const string RequestLine = "GET /stream?cname=c123&seq=1&_=1732252800000 HTTP/1.1\r\n";

    /// <summary>Some 700 bytes, as a browser sends from a page.</summary>
    private const string BrowserHeaders =
        "Host: comet.example.com:8100\r\n" +
        "Connection: keep-alive\r\n" +
        "sec-ch-ua-platform: \"Linux\"\r\n" +
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) " +
        "Chrome/141.0.0.0 Safari/537.36\r\n" +
        "sec-ch-ua: \"Chromium\";v=\"141\", \"Not?A_Brand\";v=\"8\"\r\n" +
        "sec-ch-ua-mobile: ?0\r\n" +
        "Accept: */*\r\n" +
        "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n" +
        "Referer: https://www.example.com/members/messages/inbox?folder=unread&page=2\r\n" +
        "Accept-Encoding: gzip, deflate, br, zstd\r\n" +
        "Accept-Language: en-GB,en-US;q=0.9,en;q=0.8,de;q=0.7\r\n" +
        "Cookie: session=5f0c7d2e9b8a41d6a3c4e5f60718293a; theme=dark; consent=analytics:0|ads:0\r\n";

    public static byte[] Of(RequestSample sample) => System.Text.Encoding.ASCII.GetBytes(sample switch
    {
        RequestSample.Curl =>
            RequestLine + "Host: comet.example.com:8100\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\r\n",
        RequestSample.Browser => RequestLine + BrowserHeaders + "\r\n",
        RequestSample.MalformedLine => "GET /stream?cname=c123 FTP/1.1\r\nHost: comet.example.com:8100\r\n\r\n",
        RequestSample.MalformedField => RequestLine + "Host: comet.example.com:8100\r\nUser Agent : curl/8.5.0\r\n\r\n",
        _ => throw new ArgumentOutOfRangeException(nameof(sample)),
    });
}
