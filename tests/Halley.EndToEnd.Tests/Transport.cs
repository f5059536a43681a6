namespace Halley.EndToEnd.Tests;

/// <summary>A way to be told: its path, and what it puts around a message.</summary>
public sealed record Transport(string Path, string Before, string After, string ContentType)
{
    public static readonly Transport Poll = new("poll", "", "\n", "application/json; charset=utf-8");

    public static readonly Transport Stream = new("stream", "", "\n", "application/json; charset=utf-8");

    public static readonly Transport ServerSentEvents = new(
        "sse", "data: ", "\n\n", "text/event-stream; charset=utf-8");

    public static readonly Transport Iframe = new(
        "iframe", "<script>parent.icomet_cb(", ");</script>\n", "text/html; charset=utf-8");

    /// <summary>What an iframe is sent before any message, in a chunk of its own.</summary>
    public const string IframePage =
        "<html><head><meta http-equiv='Content-Type' content='text/html; charset=utf-8'>"
        + "<meta http-equiv='Cache-Control' content='no-store'><meta http-equiv='Cache-Control' content='no-cache'>"
        + "<meta http-equiv='Pragma' content='no-cache'><meta http-equiv=' Expires' content='Thu, 1 Jan 1970 00:00:00 "
        + "GMT'>"
        + "<script type='text/javascript'>window.onError = null;"
        + "try{document.domain = "
        + "window.location.hostname.split('.').slice(-2).join('.');}catch(e){};</script></head><body>\n";

    /// <summary>The transports that stay open from message to message.</summary>
    public static TheoryData<string> Held => ["stream", "sse", "iframe"];

    public static TheoryData<string> All => ["poll", "stream", "sse", "iframe"];

    public static Transport Named(string path) => path switch
    {
        "poll" or "sub" => Poll with { Path = path },
        "stream" => Stream,
        "sse" => ServerSentEvents,
        "iframe" => Iframe,
        _ => throw new ArgumentOutOfRangeException(nameof(path), path, null),
    };

    /// <summary>The message as this transport sends it.</summary>
    public string Wrap(string message) => Before + message + After;
}
