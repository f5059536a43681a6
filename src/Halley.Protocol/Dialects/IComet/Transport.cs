using System.Text;
using Halley.Protocol.Http;
using Halley.Protocol.Positions;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>A way to be served: its wire format, and how its answers begin.</summary>
/// <param name="Format">How messages are written.</param>
/// <param name="Head">The head of an answer that is held.</param>
/// <param name="RefusalHead">
/// The same for a subscriber that is turned away; the original leaves out <c>Connection: keep-alive</c> there.
/// </param>
/// <param name="Opening">What stands before the first message, as a piece of its own; empty for most.</param>
internal sealed record Transport(
    ObjectFormat Format, ResponseHead Head, ResponseHead RefusalHead, ReadOnlyMemory<byte> Opening)
{
    private const string Json = "Content-Type: application/json; charset=utf-8";
    private const string Script = "Content-Type: text/javascript; charset=utf-8";

    private static readonly string[] NoCache = ["Expires: 0", "Cache-Control: no-cache"];

    // The original's page, byte for byte: old browsers need it not to be cached, and a script on the same site must be
    // let in.
    private static readonly ReadOnlyMemory<byte> IframeOpening = (
        "<html><head>"
        + "<meta http-equiv='Content-Type' content='text/html; charset=utf-8'>"
        + "<meta http-equiv='Cache-Control' content='no-store'><meta http-equiv='Cache-Control' content='no-cache'>"
        + "<meta http-equiv='Pragma' content='no-cache'>"
        + "<meta http-equiv=' Expires' content='Thu, 1 Jan 1970 00:00:00 GMT'>"
        + "<script type='text/javascript'>window.onError = null;"
        + "try{document.domain = window.location.hostname.split('.').slice(-2).join('.');}catch(e){};</script>"
        + "</head><body>\n").Select(c => (byte)c).ToArray();

    // What is told to those who ask where they stand can be read by pages of other sites too: such pages are scripts
    // that know this server.
    private const string AnyOrigin = "Access-Control-Allow-Origin: *";

    /// <summary>Whether it is spoken over a WebSocket, rather than as the body of an answer.</summary>
    public bool IsWebSocket { get; private init; }

    /// <summary>The sub-protocols that are agreed to over a WebSocket.</summary>
    public byte[][] Subprotocols { get; private init; } = [];

    /// <summary>
    /// The same for an answer that calls a function of the page, where it can be one: as a script, which the original
    /// calls JSON. Browsers run no script of that type where a site says nosniff.
    /// </summary>
    public Transport? ForScripts { get; private init; }

    /// <summary>The same for those who ask to be told where they stand; null where it is that.</summary>
    public Transport? ForPositions { get; private init; }

    public static Transport Poll(TimeSpan pollingTimeout) =>
        Make(ICometFormat.Poll(pollingTimeout), pollingTimeout, default, Json);

    public static Transport Stream(TimeSpan pollingTimeout) =>
        Make(ICometFormat.Stream(pollingTimeout), pollingTimeout, default, Json);

    public static Transport ServerSentEvents(TimeSpan pollingTimeout) => Make(
        ICometFormat.ServerSentEvents(pollingTimeout),
        pollingTimeout,
        default,
        "Content-Type: text/event-stream; charset=utf-8",
        AnyOrigin);

    /// <summary>
    /// As a page, where the original says application/json: no browser runs the scripts of that. And with the field
    /// without which today's browsers do not let a page set the document.domain that it shares with its parent.
    /// </summary>
    public static Transport Iframe(TimeSpan pollingTimeout) => Make(
        ICometFormat.Iframe(pollingTimeout),
        pollingTimeout,
        IframeOpening,
        "Content-Type: text/html; charset=utf-8",
        "Origin-Agent-Cluster: ?0");

    /// <summary>
    /// Not in the original. A refusal too is a message, as with the others: what scripts in a page can see of a refused
    /// handshake is nothing.
    /// </summary>
    public static Transport WebSocket(TimeSpan pollingTimeout, IReadOnlyList<string> subprotocols)
    {
        byte[][] spoken = [.. subprotocols.Select(Encoding.ASCII.GetBytes)];
        var head = new ResponseHead("101 Switching Protocols", []);
        var format = ICometFormat.WebSocket(pollingTimeout);
        return new Transport(format, head, head, default)
        {
            IsWebSocket = true,
            Subprotocols = spoken,
            ForPositions = new Transport(new PositionFormat(format.Pieces, pollingTimeout), head, head, default)
            {
                IsWebSocket = true,
                Subprotocols = spoken,
            },
        };
    }

    private static Transport Make(
        ICometFormat format, TimeSpan pollingTimeout, ReadOnlyMemory<byte> opening, params string[] type)
    {
        string[] fields = [.. NoCache, .. type];
        string[] openFields = fields.Contains(AnyOrigin) ? fields : [.. fields, AnyOrigin];
        return With(format, opening, fields) with
        {
            ForPositions = With(new PositionFormat(format.Pieces, pollingTimeout), opening, openFields),
        };
    }

    private static Transport With(ObjectFormat format, ReadOnlyMemory<byte> opening, string[] fields) =>
        new(
            format,
            new ResponseHead("200 OK", fields) { SaysKeepAlive = true },
            new ResponseHead("200 OK", fields),
            opening)
        {
            ForScripts = format.EndsWithMessage && fields.Contains(Json)
                ? With(format, opening, [.. fields.Select(field => field == Json ? Script : field)])
                : null,
        };
}
