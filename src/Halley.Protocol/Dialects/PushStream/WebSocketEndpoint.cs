using System.Text;
using Halley.Channels;
using Halley.Protocol.Answers;
using Halley.Protocol.Clients;
using Halley.Protocol.Http;
using Halley.Protocol.Positions;
using Halley.Protocol.Routing;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// Lets subscribers in over WebSockets. Whoever may not have its channels is told so after the handshake, in the frame
/// that closes it.
/// </summary>
internal sealed class WebSocketEndpoint : EndpointBase
{
    private static readonly Refusal MissingField = new(
        "400 Bad Request",
        "Don't have at least one of the mandatory headers: Connection, Upgrade, Sec-WebSocket-Key and "
            + "Sec-WebSocket-Version");

    private static readonly Refusal OtherVersion =
        new("400 Bad Request", "Version not supported. Supported versions: 8, 13", "Sec-WebSocket-Version: 8, 13");

    private static readonly Refusal Http10 = new("400 Bad Request", "A WebSocket's handshake must be HTTP/1.1");

    private static readonly Refusal NoUpgrade =
        new("400 Bad Request", "A WebSocket's handshake must have Upgrade: websocket and Connection: Upgrade");

    private static readonly Refusal BadKey = new(
        "400 Bad Request", "Sec-WebSocket-Key must be 16 bytes in base64, once");

    private static readonly ResponseHead OtherMethod = ResponseHead.LikeNginx("405 Not Allowed", [], ["Allow: GET"]);

    private readonly EndpointOptions _options;
    private readonly byte[][] _subprotocols;
    private readonly ResponseHead _welcome;
    private readonly WebSocketFormat _format;
    private readonly WebSocketFormat _storing;
    private readonly PositionTransports _positions;
    private readonly PositionTransports _storingPositions;

    public WebSocketEndpoint(EndpointOptions options, Location location, ChannelDirectory channels)
        : base(options, location, channels, new HeadMaker(OriginOf(options, location), HeadMaker.SubscriberMethods))
    {
        _options = options;
        _subprotocols = [.. options.WebsocketSubprotocols.Select(Encoding.ASCII.GetBytes)];
        _welcome = new ResponseHead("101 Switching Protocols", HeadMaker.NoCache);
        var writer = new TemplateWriter(
            options.HeaderTemplate.ToArray(),
            Encoding.UTF8.GetBytes(options.MessageTemplate),
            Encoding.UTF8.GetBytes(options.FooterTemplate),
            [],
            isUtf8: true);
        var deleted = Encoding.UTF8.GetBytes(channels.Options.ChannelDeletedMessageText);
        var (publisher, storingPublisher) = (
            new WebSocketPublisher(channels, options, isStored: false),
            new WebSocketPublisher(channels, options, isStored: true));
        _format = new WebSocketFormat(writer, options, deleted, publisher);
        _storing = new WebSocketFormat(writer, options, deleted, storingPublisher);
        _positions = new PositionTransports(
            options.PingMessageInterval, options.SubscriberConnectionTtl, null, publisher);
        _storingPositions = new PositionTransports(
            options.PingMessageInterval, options.SubscriberConnectionTtl, null, storingPublisher);
    }

    /// <inheritdoc/>
    public override void Handle(in RoutedRequest request, IExchange exchange)
    {
        if (request.Request.Method != RequestMethod.Get)
        {
            exchange.Reply(OtherMethod, default);
            return;
        }

        // Named as the original names it: its clients may look.
        var handshake = new Handshake(request.Request) { Name = "WebSocket"u8 };
        if ((
            Check(request.Request, handshake) ?? (
                Heads.Admits(request, exchange) ? null : Refusals.Origin)) is { } unfit)
        {
            Heads.Refuse(unfit, Heads.OriginFields(request), exchange);
            return;
        }

        var choices = ChoicesFor(request);
        var resume = ResumePoint.Of(request, choices, isEventSource: false);
        Attachments? attached = null;
        AttachResult result = default;
        var parameters = new Parameters(request.Request);
        var tellsPositions = PositionRequest.TryRead(request.Request, parameters, out var place);
        var refusal = ReadChannels(request, choices, exchange, out var named)
            ?? (tellsPositions && !PositionRequest.HasRightSeq(parameters) ? Refusals.WrongSeq : null);
        if (refusal is null
            && (!TryAdmit(request, exchange, ClientAction.Subscribe, named, Heads.OriginFields(request), out refusal)
                || (_options.WebsocketAllowPublish && !TryAskToPublish(request, exchange, named)))
            && refusal is null)
        {
            // Postponed, or answered.
            return;
        }

        var isAttached = refusal is null
            && new ChannelChecks(Channels, _options).TryPass(named, choices.AllowEvents == true, exchange, out refusal)
            && (tellsPositions
                ? Attachment.TryAttachAt(place, named, onlyToWait: false, Channels, exchange, out result, out refusal)
                : Attachment.TryAttach(
                    named, resume, onlyToWait: false, Channels, exchange, out attached, out refusal));
        if (!isAttached && refusal is null)
        {
            // Postponed.
            return;
        }

        var output = exchange.Upgrade(
            _welcome, handshake with { Protocol = handshake.ChooseOf(_subprotocols) }, out var framing);
        if (refusal is not null)
        {
            exchange.End(CloseCode.PolicyViolation, ReasonOf(refusal));
            return;
        }

        if (tellsPositions)
        {
            var socket = (choices.StoreMessages == true ? _storingPositions : _positions).Socket;
            PositionTransports.Welcome(socket, place, result, waits: true, heartbeat: 0, framing, output, exchange);
            return;
        }

        var format = choices.StoreMessages == true ? _storing : _format;
        format.WriteHeader(framing, output);
        attached!.WriteMissed(format, framing, output, exchange);
        attached.Clear();
        exchange.Hold(format, heartbeat: 0);
    }

    // The original looks only whether the fields are there, and for the version.
    private static Refusal? Check(in HttpRequest request, in Handshake handshake) =>
        !request.HasField("Upgrade"u8)
            || !request.HasField("Connection"u8)
            || !request.HasField("Sec-WebSocket-Key"u8)
            || !request.HasField("Sec-WebSocket-Version"u8)
            ? MissingField
            : handshake.Check(takesDraft: true) switch
            {
                HandshakeFault.None => null,
                HandshakeFault.HttpVersion => Http10,
                HandshakeFault.Version => OtherVersion,
                HandshakeFault.Key => BadKey,
                _ => NoUpgrade,
            };

    private static byte[] ReasonOf(Refusal refusal) =>
        Encoding.UTF8.GetBytes($"{{\"http_status\": {refusal.Status[..3]}, \"explain\":\"{refusal.Sentence}\"}}");
}
