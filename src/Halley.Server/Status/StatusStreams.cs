using System.Text;
using System.Text.Unicode;
using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Server.Status;

/// <summary>
/// The streams of the page, behind the keys: <c>/status/stream</c>, the server's state each second, and
/// <c>/status/watch?channel=NAME</c>, what is published to a channel. Both are event streams as every subscriber's.
/// </summary>
/// <param name="mayChange">Whether whoever asks may do more than look.</param>
/// <param name="rules">Who may come.</param>
internal sealed class StatusStreams(
    StatusFeed feed, Hub hub, RightsOf mayChange, AddressRules rules, int maxNameBytes, IRequestHandler others)
    : IRequestHandler
{
    private const int MostInName = 3;

    private static readonly ResponseHead Stream = new(
        "200 OK",
        [
            "Content-Type: text/event-stream; charset=utf-8", "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
        ]);

    private static readonly string[] Text = ["Content-Type: text/plain; charset=utf-8"];
    private static readonly ResponseHead Forbidden = new("403 Forbidden", Text) { Closes = true };
    private static readonly ResponseHead NoChannel = new("400 Bad Request", Text);
    private static readonly ResponseHead TooMany = new("429 Too Many Requests", [.. Text, "Retry-After: 5"]);
    private static readonly ResponseHead OtherMethod = new("405 Method Not Allowed", [.. Text, "Allow: GET"]);

    private static readonly TransportFormat Samples = new EventFormat(static message => message.Payload.ToArray());
    private static readonly TransportFormat Messages = new EventFormat(Write);

    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) =>
        IsOurs(head.Path) ? rules.Admits(head, client) : others.Admits(head, client);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        if (!IsOurs(request.Path))
        {
            others.Handle(request, exchange);
        }
        else if (!rules.Admits(request.Head, exchange))
        {
            exchange.Reply(Forbidden, "Your address may not come here.\n"u8);
        }
        else if (request.Method != RequestMethod.Get)
        {
            exchange.Reply(OtherMethod, "A stream is read, with GET.\n"u8);
        }
        else if (request.Path.EndsWith("stream"u8))
        {
            if (feed.Attach(exchange.Subscription, exchange.Dispatcher))
            {
                Begin(feed.Greeting(mayChange(request, exchange)), Samples, exchange);
            }
            else
            {
                exchange.Reply(TooMany, "As many look at this server as may.\n"u8);
            }
        }
        else
        {
            Watch(request, exchange);
        }
    }

    private void Watch(in HttpRequest request, IExchange exchange)
    {
        var encoded = request.Query.StartsWith("channel="u8) ? request.Query["channel="u8.Length..] : default;
        if (encoded.IsEmpty || encoded.Length > maxNameBytes * MostInName)
        {
            exchange.Reply(NoChannel, "Which channel? /status/watch?channel=NAME\n"u8);
            return;
        }

        var name = UrlEncoding.Decode(encoded, plusIsSpace: true);
        if (name.Length > maxNameBytes)
        {
            exchange.Reply(NoChannel, "That is longer than the name of a channel may be.\n"u8);
            return;
        }

        var result = hub.Attach(name, exchange.Subscription, Wish(request, exchange), exchange);
        if (result.Status == AttachStatus.Attached)
        {
            Begin("""{"open":true}"""u8, Messages, exchange);
        }
        else if (result.Status != AttachStatus.Pending)
        {
            exchange.Reply(TooMany, "There are as many channels, or subscribers of this one, as there may be.\n"u8);
        }
    }

    private AttachOptions Wish(in HttpRequest request, IResponder client) => new()
    {
        Replay = Replay.Nothing,
        Creator = hub.CountsCreators ? client.ShareOf(request.Head) : default,
    };

    private static void Begin(ReadOnlySpan<byte> first, TransportFormat format, IExchange exchange)
    {
        var output = exchange.Start(Stream, out var framing);
        EventFormat.Write(first, framing, output);
        exchange.Hold(format, heartbeat: 0);
    }

    private static byte[] Write(Message message) => JsonBytes.Write(writer =>
    {
        writer.WriteNumber("offset"u8, message.Offset);
        if (message.Traits.HasFlag(MessageTraits.JsonEscaped) || Utf8.IsValid(message.Payload))
        {
            writer.WriteString("data"u8, Encoding.UTF8.GetString(message.Payload));
        }
        else
        {
            writer.WriteBase64String("b64data"u8, message.Payload);
        }
    });

    private static bool IsOurs(ReadOnlySpan<byte> path) =>
        path.SequenceEqual("/status/stream"u8) || path.SequenceEqual("/status/watch"u8);

    /// <summary>A message as an event whose data are one line.</summary>
    private sealed class EventFormat(Func<Message, byte[]> write) : TransportFormat
    {
        /// <inheritdoc/>
        public override TransportKind Kind => TransportKind.EventSource;

        /// <inheritdoc/>
        public override TimeSpan? HeartbeatInterval { get; } = TimeSpan.FromSeconds(15);

        public static void Write(ReadOnlySpan<byte> data, Framing framing, ByteBuffer output)
        {
            var piece = framing.Begin(output);
            output.Write("data: "u8);
            output.Write(data);
            output.Write("\n\n"u8);
            framing.End(output, piece);
        }

        /// <inheritdoc/>
        public override void WriteMessage(
            ChannelIdentity channel, Message message, Framing framing, ByteBuffer output) =>
            Write(write(message), framing, output);

        /// <inheritdoc/>
        public override void WriteHeartbeat(
            ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output)
        {
            var piece = framing.Begin(output);
            output.Write(":\n\n"u8);
            framing.End(output, piece);
        }

        /// <inheritdoc/>
        public override bool IsWholeAfter(CloseReason reason) => reason is not CloseReason.Shutdown;
    }
}

/// <summary>Whether whoever asks may do more than look.</summary>
internal delegate bool RightsOf(in HttpRequest request, IResponder client);
