using System.Text;
using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>One location of Centrifugo's protocol: the end of the path says which transport it is.</summary>
internal sealed class CentrifugoEndpoint(CentrifugoNode node, CentrifugoOptions options) : IEndpoint
{
    private readonly SessionContext _webSocket = new(node, options, Carrier.WebSocket);
    private readonly SessionContext _binaryWebSocket = new(node, options, Carrier.BinaryWebSocket);
    private readonly SessionContext _lines = new(node, options, Carrier.Lines);
    private readonly SessionContext _binaryLines = new(node, options, Carrier.BinaryLines);
    private readonly SessionContext _events = new(node, options, Carrier.Events);
    private readonly SessionContext _oneWayWebSocket = new(node, options, Carrier.OneWayWebSocket);
    private readonly SessionContext _oneWayLines = new(node, options, Carrier.OneWayLines);
    private readonly SessionContext _oneWayEvents = new(node, options, Carrier.OneWayEvents);

    // The name of the WebSocket's sub-protocol that says it.
    private static ReadOnlySpan<byte> Protobuf => "centrifuge-protobuf"u8;

    /// <inheritdoc/>
    /// <remarks>Commands that come with a request of their own stand in a string, which may be longer.</remarks>
    public int MaxBodyBytes => (int)Math.Min(int.MaxValue, 2L * options.MaxMessageBytes);

    /// <inheritdoc/>
    public void Handle(in RoutedRequest request, IExchange exchange)
    {
        var path = request.Request.Path;
        switch (path[(path.LastIndexOf((byte)'/') + 1)..])
        {
            case var name when name.SequenceEqual("websocket"u8):
                OpenWebSocket(request.Request, exchange);
                break;
            case var name when name.SequenceEqual("uni_websocket"u8):
                OpenOneWayWebSocket(request.Request, exchange);
                break;
            case var _ when request.Request.Method == RequestMethod.Options:
                exchange.Reply(HttpHeads.Preflight, default);
                break;
            case var name when name.SequenceEqual("http_stream"u8):
                OpenLines(request.Request, exchange);
                break;
            case var name when name.SequenceEqual("sse"u8):
                OpenEvents(request.Request, exchange);
                break;
            case var name when name.SequenceEqual("emulation"u8):
                Emulation.Handle(node, options, request.Request, exchange);
                break;
            case var name when name.SequenceEqual("uni_http_stream"u8):
                OpenOneWayLines(request.Request, exchange);
                break;
            case var name when name.SequenceEqual("uni_sse"u8):
                OpenOneWayEvents(request.Request, exchange);
                break;
            default:
                exchange.Reply(
                    HttpHeads.NotFound,
                    "Clients connect at /websocket, /http_stream or /sse, or at /uni_ and one of these.\n"u8);
                break;
        }
    }

    private void OpenWebSocket(in HttpRequest request, IExchange exchange)
    {
        if (TryShake(request, exchange, out var handshake))
        {
            var isBinary = handshake.Offers(Protobuf)
                || Parameters.TryFind(request.Query, "format"u8, out var format) && format.SequenceEqual("protobuf"u8);
            var context = isBinary ? _binaryWebSocket : _webSocket;
            var session = new CentrifugoSession(context, exchange, context.ArrivalOf(request, exchange));
            exchange.Upgrade(
                HttpHeads.Switching,
                handshake with { Protocol = handshake.Offers(Protobuf) ? Protobuf : default },
                out _);
            exchange.Hold(session, heartbeat: 0);
        }
    }

    private void OpenOneWayWebSocket(in HttpRequest request, IExchange exchange)
    {
        if (TryShake(request, exchange, out var handshake))
        {
            var session = new OneWaySession(
                _oneWayWebSocket, exchange, _oneWayWebSocket.ArrivalOf(request, exchange));
            exchange.Upgrade(HttpHeads.Switching, handshake, out _);
            exchange.Hold(session, heartbeat: 0);
            if (Parameters.TryFind(request.Query, "cf_connect"u8, out var connect) && !connect.IsEmpty)
            {
                session.HearFrame(UrlEncoding.Decode(connect, plusIsSpace: true));
            }
        }
    }

    private static bool TryShake(in HttpRequest request, IExchange exchange, out Handshake handshake)
    {
        handshake = new Handshake(request);
        if (request.Method != RequestMethod.Get)
        {
            exchange.Reply(HttpHeads.OnlyGet, "A WebSocket is asked for with GET.\n"u8);
            return false;
        }

        if (handshake.Check() is var fault and not HandshakeFault.None)
        {
            HandshakeRefusals.Reply(fault, exchange);
            return false;
        }

        return true;
    }

    private void OpenLines(in HttpRequest request, IExchange exchange)
    {
        if (TryTakeBody(request, exchange))
        {
            var isBinary = IsBinary(request);
            var context = isBinary ? _binaryLines : _lines;
            var session = new EmulatedSession(context, exchange, context.ArrivalOf(request, exchange));
            Open(session, isBinary ? HttpHeads.BinaryLines : HttpHeads.Lines, request.Body, exchange);
        }
    }

    private void OpenEvents(in HttpRequest request, IExchange exchange)
    {
        if (TryReadFirst(request, exchange, out var first))
        {
            Open(
                new EmulatedSession(_events, exchange, _events.ArrivalOf(request, exchange)),
                HttpHeads.Events,
                first,
                exchange);
        }
    }

    private void OpenOneWayLines(in HttpRequest request, IExchange exchange)
    {
        if (TryTakeBody(request, exchange))
        {
            var session = new OneWaySession(_oneWayLines, exchange, _oneWayLines.ArrivalOf(request, exchange));
            Open(session, HttpHeads.Lines, request.Body, exchange);
        }
    }

    private void OpenOneWayEvents(in HttpRequest request, IExchange exchange)
    {
        if (!TryReadFirst(request, exchange, out var first))
        {
            return;
        }

        var codec = JsonCodec.Instance;
        ReadOnlySpan<byte> said = first.IsEmpty ? "{}"u8 : first;
        if (codec.Read<ConnectRequest>(ref said, out var connect) != WireFault.None)
        {
            exchange.Reply(HttpHeads.BadRequest, "cf_connect, or the body, must be a connect request in JSON.\n"u8);
            return;
        }

        var last = request.Field("Last-Event-ID"u8);
        last = last.IsEmpty ? LastEventId.InQuery(request) : last;
        EventId.Read(last, options.MaxChannels, connect!);
        var whole = new ByteBuffer();
        codec.Write(connect!, whole);
        Open(
            new EventsSession(_oneWayEvents, exchange, _oneWayEvents.ArrivalOf(request, exchange)),
            HttpHeads.Events,
            whole.Written,
            exchange);
    }

    private static void Open(
        CentrifugoSession session, ResponseHead head, ReadOnlySpan<byte> first, IExchange exchange)
    {
        var output = exchange.Start(head, out var framing);
        if (session.Carrier.Kind == CarrierKind.Events)
        {
            // The head goes out with it, and the browser knows that it is connected.
            var piece = framing.Begin(output);
            output.Write("\r\n"u8);
            framing.End(output, piece);
        }

        exchange.Hold(session, heartbeat: 0);
        session.HearFrame(first);
    }

    private bool TryTakeBody(in HttpRequest request, IExchange exchange)
    {
        if (request.Method != RequestMethod.Post)
        {
            exchange.Reply(HttpHeads.OnlyPost, "The first commands are posted.\n"u8);
            return false;
        }

        return IsShort(request.Body, exchange);
    }

    // In the query, or in the body.
    private bool TryReadFirst(in HttpRequest request, IExchange exchange, out ReadOnlySpan<byte> first)
    {
        first = request.Body;
        if (request.Method == RequestMethod.Get)
        {
            first = Parameters.TryFind(request.Query, "cf_connect"u8, out var connect)
                ? UrlEncoding.Decode(connect, plusIsSpace: true)
                : default;
        }
        else if (request.Method != RequestMethod.Post)
        {
            exchange.Reply(HttpHeads.GetOrPost, "Events are asked for with GET or POST.\n"u8);
            return false;
        }

        return IsShort(first, exchange);
    }

    private bool IsShort(ReadOnlySpan<byte> frame, IExchange exchange)
    {
        if (frame.Length > options.MaxMessageBytes)
        {
            exchange.Reply(
                HttpHeads.TooLarge, Encoding.ASCII.GetBytes($"At most {options.MaxMessageBytes} bytes are taken.\n"));
            return false;
        }

        return true;
    }

    private static bool IsBinary(in HttpRequest request) =>
        request.Field("Content-Type"u8).SequenceEqual("application/octet-stream"u8);
}
