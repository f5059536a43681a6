using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Positions;

/// <summary>
/// Serves those who asked where they stand, at an endpoint of any dialect: with JSON objects, over the transport that
/// they came by. The endpoint's own templates are not for them, since those have no place for it. Any thread.
/// </summary>
internal sealed class PositionTransports
{
    public const string JsonType = "application/json; charset=utf-8";
    public const string EventsType = "text/event-stream; charset=utf-8";
    public const string ScriptType = "application/javascript";

    // As iComet's: a heartbeat says what the newest message is, so there is one also where the endpoint's own clients
    // have none.
    private static readonly TimeSpan UsualHeartbeat = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _pollHeartbeat;

    /// <param name="heartbeat">How long nothing is sent before a heartbeat is; null for the usual.</param>
    /// <param name="timeToLive">How long an answer is held; null for ever.</param>
    /// <param name="pollTimeToLive">The same of a poll, which then ends with a heartbeat; null for ever.</param>
    /// <param name="receiver">
    /// What hears the clients of WebSockets; null for one that answers pings, as iComet's.
    /// </param>
    public PositionTransports(
        TimeSpan? heartbeat, TimeSpan? timeToLive, TimeSpan? pollTimeToLive, IWebSocketReceiver? receiver = null)
    {
        var interval = heartbeat ?? UsualHeartbeat;
        _pollHeartbeat = pollTimeToLive is { } life && life < interval ? life : interval;
        Poll = new(ObjectPieces.Poll, _pollHeartbeat);
        Stream = new(ObjectPieces.Stream, interval, timeToLive);
        Events = new(ObjectPieces.Events, interval, timeToLive);
        Socket = new(ObjectPieces.WebSocket, interval, timeToLive, receiver);
    }

    public PositionFormat Poll { get; }

    public PositionFormat Stream { get; }

    public PositionFormat Events { get; }

    public PositionFormat Socket { get; }

    /// <summary>A poll whose answer calls a function of the page.</summary>
    public PositionFormat Jsonp(ReadOnlySpan<byte> callback) => new(ObjectPieces.Jsonp(callback), _pollHeartbeat);

    /// <summary>
    /// Tells a subscriber that was attached where it stands and what it missed, and holds its answer, which was begun.
    /// </summary>
    /// <param name="waits">Whether it waits for more; else its answer ends.</param>
    public static void Welcome(
        PositionFormat format,
        StreamPosition place,
        in AttachResult result,
        bool waits,
        int heartbeat,
        Framing framing,
        ByteBuffer output,
        IExchange exchange)
    {
        var holds = waits && result.Status == AttachStatus.Attached;

        // A poll that is held is told nothing until there is news.
        var channel = result.Channel!.Identity;
        if (!holds)
        {
            format.WriteResumption(channel, place, result, framing, output);
        }
        else if (!format.EndsWithMessage)
        {
            format.WriteResumption(channel, place, result, framing, output, exchange);
        }

        if (holds)
        {
            exchange.Hold(format, heartbeat);
        }
        else
        {
            exchange.End();
        }
    }
}
