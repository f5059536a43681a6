namespace Halley.Protocol.Http;

/// <summary>
/// The reason why a request is not taken: the status of the answer, and a sentence for whoever sent it.
/// </summary>
/// <param name="Status">The HTTP status and its usual phrase.</param>
/// <param name="Explanation">What is wrong, and what would be right.</param>
public sealed record RequestError(string Status, string Explanation)
{
    public static RequestError NotHttp { get; } =
        new("400 Bad Request", "This is not HTTP: a request begins with a method such as GET.");

    public static RequestError RequestLine { get; } =
        new("400 Bad Request", "The request line must be METHOD TARGET HTTP/1.1, with single spaces between.");

    public static RequestError Version { get; } =
        new("400 Bad Request", "Only HTTP/1.0 and HTTP/1.1 are spoken here.");

    public static RequestError Target { get; } =
        new(
            "400 Bad Request",
            "The request target must be a path or an http:// address with a host, "
                + "without blanks and control characters; or * with OPTIONS.");

    public static RequestError NoHost { get; } =
        new("400 Bad Request", "A request of HTTP/1.1 must name its host: Host: NAME.");

    public static RequestError Host { get; } =
        new(
            "400 Bad Request",
            "There must be one Host field at most, with a name or an address, and a port where needed.");

    public static RequestError Field { get; } =
        new(
            "400 Bad Request",
            "A header line must be NAME: VALUE, without a blank before the colon and without control characters.");

    public static RequestError ContentLength { get; } =
        new("400 Bad Request", "Content-Length must be one number, and must not stand beside Transfer-Encoding.");

    public static RequestError TransferEncoding { get; } =
        new("501 Not Implemented", "The only Transfer-Encoding taken is chunked.");

    /// <summary>Faulty rather than unknown (RFC 9112, 6.1 and 6.3): where the body ends, nobody can tell.</summary>
    public static RequestError Framing { get; } =
        new("400 Bad Request", "Transfer-Encoding is for HTTP/1.1, and chunked must stand in it once, and last.");

    public static RequestError Chunk { get; } =
        new(
            "400 Bad Request",
            "A chunk must begin with its length in hexadecimal and end with CR LF; an extension is ;NAME, "
                + ";NAME=VALUE or ;NAME=\"TEXT\".");

    public static RequestError Extensions { get; } =
        new("400 Bad Request", "The extensions of the chunks are longer than this server takes.");

    public static RequestError Trailer { get; } =
        new(
            "400 Bad Request",
            "A line behind the last chunk must be NAME: VALUE, "
                + "without a blank before the colon and without control characters.");

    public static RequestError Expectation { get; } =
        new("417 Expectation Failed", "The only expectation met is 100-continue.");

    public static RequestError HeadTooLarge { get; } =
        new(
            "431 Request Header Fields Too Large",
            "The request line and header are longer than this server takes; send what is long in a POST body.");

    public static RequestError TargetTooLong { get; } =
        new("414 URI Too Long", "The address is longer than this server takes; send what is long in a POST body.");

    public static RequestError NoRoom { get; } =
        new(
            "503 Service Unavailable",
            "This server has no room for more requests that have not come whole. Send it again later.");

    public static RequestError BodyTooLarge { get; } =
        new("413 Content Too Large", "The body is longer than this server takes.");
}
