using System.Collections.Concurrent;
using System.Text;
using Halley.Channels;
using Halley.Protocol.Answers;
using Halley.Protocol.Http;
using Halley.Protocol.Positions;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// Attaches the subscribers of one location to their channels and tells them what they missed, transport by transport.
/// Any thread.
/// </summary>
internal sealed class Subscribing(NchanOptions options, NchanChannels channels)
{
    private readonly GroupLimits _usual = GroupLimits.Usual(options);
    private readonly byte[][] _subprotocols = [.. options.WebsocketSubprotocols.Select(Encoding.ASCII.GetBytes)];
    private readonly EventFormat _events = new(options);
    private readonly PlainStreamFormat _chunks = new(options.SubscriberTimeout, []);
    private readonly PlainStreamFormat _raw = new(
        options.SubscriberTimeout, Encoding.UTF8.GetBytes(options.RawStreamSeparator));

    private readonly SocketFormat _socket = new(options, isMeta: false, new SocketPublisher(options, channels));
    private readonly SocketFormat _metaSocket = new(options, isMeta: true, new SocketPublisher(options, channels));

    private readonly PositionTransports _positions = new(
        options.WebsocketPingInterval,
        options.SubscriberTimeout,
        options.SubscriberTimeout,
        new SocketPublisher(options, channels));

    // One for each of the few things that are said of origins.
    private readonly ConcurrentDictionary<string[], PollFormat> _polls = new();

    /// <summary>Answers with the first message that was missed, or waits for the next one.</summary>
    /// <returns>Why not; null where it was done.</returns>
    public Refusal? Poll(List<byte[]> names, in AttachOptions wish, string[] origin, IExchange exchange)
    {
        if (!TryAttach(names, wish, exchange, out var attached, out var refusal))
        {
            return refusal;
        }

        var format = FormatFor(origin);
        if (!attached.IsWaiting)
        {
            var found = attached.Results.Select(result => result.Channel!);
            Answer(FirstOf(found, wish.Replay, exchange), format, exchange);
        }
        else
        {
            exchange.Wait(attached.Results.Count == 1 ? format : Ordered(format, attached));
        }

        attached.Clear();
        return null;
    }

    /// <summary>Answers with the first message there is after what was seen, or that there is none.</summary>
    /// <returns>Why not; null where it was done.</returns>
    public Refusal? AnswerAtOnce(List<byte[]> names, in AttachOptions wish, string[] origin, IExchange exchange)
    {
        var found = new List<Channel>(names.Count);
        foreach (var name in names)
        {
            if (!channels.TryFind(name, exchange, out var channel))
            {
                return null;
            }

            if (channel is not null)
            {
                found.Add(channel);
            }
            else if (!wish.MayCreate)
            {
                return Refusals.NoSuchChannel;
            }
        }

        Answer(FirstOf(found, wish.Replay, exchange), FormatFor(origin), exchange);
        return null;
    }

    /// <summary>Answers a HEAD with what a stream would begin with.</summary>
    public Refusal? TellOf(NchanTransport transport, string[] origin, IExchange exchange)
    {
        exchange.Reply(HeadOf(transport, FormatOf(transport), origin), default);
        return null;
    }

    /// <summary>Begins an answer that does not end with a message.</summary>
    /// <returns>Why not; null where it was done.</returns>
    public Refusal? Stream(
        NchanTransport transport, List<byte[]> names, in AttachOptions wish, string[] origin, IExchange exchange)
    {
        if (!TryAttach(names, wish, exchange, out var attached, out var refusal))
        {
            return refusal;
        }

        // Attached before the head is written: who publishes once the head is seen finds this subscriber there.
        var format = FormatOf(transport);
        var output = exchange.Start(HeadOf(transport, format, origin), out var framing);
        format.WriteOpening(framing, output);
        Hold(format, attached, framing, output, exchange);
        return null;
    }

    /// <summary>
    /// Makes the connection a WebSocket, if its handshake is right and its client may have the channels.
    /// </summary>
    /// <returns>Why not; null where it was done, or answered.</returns>
    public Refusal? Upgrade(
        in HttpRequest request, List<byte[]> names, in AttachOptions wish, string[] origin, IExchange exchange)
    {
        var handshake = new Handshake(request);
        if (handshake.Check() is not HandshakeFault.None and var fault)
        {
            HandshakeRefusals.Reply(fault, exchange);
            return null;
        }

        if (!TryAttach(names, wish, exchange, out var attached, out var refusal))
        {
            return refusal;
        }

        var isMeta = handshake.Offers(SocketFormat.MetaProtocol);
        var agreed =
            handshake with { Protocol = isMeta ? SocketFormat.MetaProtocol : handshake.ChooseOf(_subprotocols) };
        var output = exchange.Upgrade(Heads.SwitchingProtocols(origin), agreed, out var framing);
        Hold(isMeta ? _metaSocket : _socket, attached, framing, output, exchange);
        return null;
    }

    /// <summary>Serves one who asks to be told where it stands.</summary>
    /// <returns>Why not; null where it was done, or answered.</returns>
    public Refusal? TellPositions(
        in HttpRequest request,
        NchanTransport transport,
        List<byte[]> names,
        in AttachOptions wish,
        StreamPosition place,
        string[] origin,
        IExchange exchange)
    {
        var handshake = new Handshake(request);
        if (transport == NchanTransport.WebSocket && handshake.Check() is not HandshakeFault.None and var fault)
        {
            HandshakeRefusals.Reply(fault, exchange);
            return null;
        }

        if (names.Count > 1)
        {
            return Refusals.SeveralWithEpoch;
        }

        if (!TryAttach(names, wish, exchange, out var attached, out var refusal))
        {
            return refusal;
        }

        var (format, type) = transport switch
        {
            NchanTransport.LongPoll or NchanTransport.IntervalPoll => (_positions.Poll, PositionTransports.JsonType),
            NchanTransport.EventSource => (_positions.Events, PositionTransports.EventsType),
            NchanTransport.WebSocket => (_positions.Socket, null),
            _ => (_positions.Stream, PositionTransports.JsonType),
        };
        Framing framing;
        var output = type is null
            ? exchange.Upgrade(
                Heads.SwitchingProtocols(origin),
                handshake with { Protocol = handshake.ChooseOf(_subprotocols) },
                out framing)
            : exchange.Start(Heads.Get("200 OK", type, origin), out framing);
        PositionTransports.Welcome(
            format,
            place,
            attached.Results[0],
            waits: transport != NchanTransport.IntervalPoll,
            heartbeat: 0,
            framing,
            output,
            exchange);
        attached.Clear();
        return null;
    }

    private static void Hold(
        NchanFormat format, Attachments attached, Framing framing, ByteBuffer output, IExchange exchange)
    {
        if (attached.Results.Count == 1)
        {
            attached.WriteMissed(format, framing, output, exchange);
            exchange.Hold(format, heartbeat: 0);
        }
        else
        {
            var ordered = Ordered(format, attached);
            ordered.WriteMissed(attached.Results, framing, output);
            exchange.Hold(ordered, heartbeat: 0);
        }

        attached.Clear();
    }

    // False without a refusal: the request is postponed.
    private bool TryAttach(
        List<byte[]> names, in AttachOptions wish, IExchange exchange, out Attachments attached, out Refusal? refusal)
    {
        refusal = null;
        attached = Attachments.Begin();
        foreach (var name in names)
        {
            if (!channels.TryAttach(name, attached.Next(exchange), wish, _usual, exchange, out var result, out refusal))
            {
                return false;
            }

            attached.Add(result);
        }

        return true;
    }

    private static OrderedFormat Ordered(NchanFormat format, Attachments attached) =>
        new(format, new SeveralChannels(attached.Results));

    private static Message? FirstOf(IEnumerable<Channel> found, Replay replay, IExchange exchange) =>
        SeveralChannels.Read([.. found.Select(channel => (channel, exchange.Allow(replay, channel.Name)))])
            .Select(seen => seen.Message)
            .MinBy(message => message.Stamp);

    private static void Answer(Message? message, PollFormat format, IExchange exchange)
    {
        if (message is null)
        {
            exchange.Reply(format.HeadOfNothing(), default);
        }
        else
        {
            exchange.ReplyWith(format.HeadFor(message), message);
        }
    }

    private PollFormat FormatFor(string[] origin) =>
        _polls.GetOrAdd(
            origin, static (origin, timeToLive) => new PollFormat(timeToLive, origin), options.SubscriberTimeout);

    private NchanFormat FormatOf(NchanTransport transport) => transport switch
    {
        NchanTransport.EventSource => _events,
        NchanTransport.Multipart => new MultipartFormat(options.SubscriberTimeout),
        NchanTransport.RawStream => _raw,
        _ => _chunks,
    };

    private static ResponseHead HeadOf(NchanTransport transport, NchanFormat format, string[] origin) =>
        transport switch
        {
            NchanTransport.EventSource => Heads.Get("200 OK", EventFormat.Type, origin),
            NchanTransport.Multipart => Heads.Get("200 OK", ((MultipartFormat)format).Type, origin),
            NchanTransport.RawStream => Heads.Raw(origin),
            _ => Heads.Get("200 OK", null, origin),
        };
}
