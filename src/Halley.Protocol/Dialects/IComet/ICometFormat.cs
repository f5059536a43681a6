using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>
/// A transport of iComet: the same JSON objects everywhere, with something before and after each. Long polling says one thing and ends.
/// </summary>
internal class ICometFormat : TransportFormat
{
    // iComet counts ticks of a second and sends at the first one past the timeout.
    private static readonly TimeSpan NoopSlack = TimeSpan.FromSeconds(1);

    private static readonly MessageForm Content = static (_, message, output) => WriteContent(message, inScript: false, output);
    private static readonly MessageForm ContentInScript = static (_, message, output) => WriteContent(message, inScript: true, output);

    private readonly byte[] _before;
    private readonly byte[] _after;

    private ICometFormat(
        ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, bool inScript, bool isPoll, TimeSpan pollingTimeout, bool isShared = true)
    {
        IsShared = isShared;
        _before = before.ToArray();
        _after = after.ToArray();
        InScript = inScript;
        EndsWithMessage = isPoll;
        HeartbeatInterval = pollingTimeout + NoopSlack;
    }

    private protected ICometFormat(ICometFormat other)
    {
        IsShared = other.IsShared;
        _before = other._before;
        _after = other._after;
        InScript = other.InScript;
        EndsWithMessage = other.EndsWithMessage;
        HeartbeatInterval = other.HeartbeatInterval;
    }

    /// <inheritdoc/>
    public override bool IsShared { get; }

    /// <inheritdoc/>
    public override bool EndsWithMessage { get; }

    /// <inheritdoc/>
    public override TimeSpan? HeartbeatInterval { get; }

    /// <summary>Whether its objects stand in a page's script.</summary>
    private protected bool InScript { get; }

    private protected bool IsEventStream => _before.AsSpan().StartsWith("data:"u8);

    /// <summary>What stands before each object.</summary>
    private protected ReadOnlySpan<byte> Before => _before;

    /// <inheritdoc/>
    public override IWebSocketReceiver Receiver => PingReceiver.Instance;

    public static ICometFormat Poll(TimeSpan pollingTimeout) =>
        new([], "\n"u8, inScript: false, isPoll: true, pollingTimeout);

    /// <summary>Long polling by script tag: the answer calls a function of the page.</summary>
    public static ICometFormat Jsonp(ReadOnlySpan<byte> callback, TimeSpan pollingTimeout) =>
        new([.. callback, (byte)'('], ");\n"u8, inScript: true, isPoll: true, pollingTimeout, isShared: false);

    public static ICometFormat Stream(TimeSpan pollingTimeout) =>
        new([], "\n"u8, inScript: false, isPoll: false, pollingTimeout);

    public static ICometFormat ServerSentEvents(TimeSpan pollingTimeout) =>
        new("data: "u8, "\n\n"u8, inScript: false, isPoll: false, pollingTimeout);

    /// <summary>The forever iframe: a page that never ends, each message a script that calls its parent.</summary>
    public static ICometFormat Iframe(TimeSpan pollingTimeout) =>
        new("<script>parent.icomet_cb("u8, ");</script>\n"u8, inScript: true, isPoll: false, pollingTimeout);

    /// <summary>A message of the WebSocket for each object, with nothing around it.</summary>
    public static ICometFormat WebSocket(TimeSpan pollingTimeout) => new([], [], inScript: false, isPoll: false, pollingTimeout);

    /// <summary>Writes what a subscriber missed: one piece for each message, or in long polling one array.</summary>
    public void WriteMissed(ChannelIdentity channel, IReadOnlyList<Message> missed, Framing framing, ByteBuffer output)
    {
        if (!EndsWithMessage)
        {
            foreach (var message in missed)
            {
                WriteMessage(channel, message, framing, output);
            }

            return;
        }

        var piece = Begin(framing, output);
        output.WriteByte((byte)'[');
        for (var i = 0; i < missed.Count; i++)
        {
            output.Write(i > 0 ? ","u8 : default);
            WriteObjects(channel.Name, missed[i], output);
        }

        output.WriteByte((byte)']');
        End(framing, output, piece);
    }

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        var isBroadcast = message.Traits.HasFlag(MessageTraits.Broadcast);
        if (isBroadcast && EndsWithMessage)
        {
            WriteMissed(channel, [message], framing, output);
            return;
        }

        var piece = Begin(framing, output);
        WriteObject(channel.Name, message, output);
        End(framing, output, piece);
        if (isBroadcast)
        {
            WriteNotice("next_seq"u8, channel.Name, message.Offset + 1, default, framing, output);
        }
    }

    /// <inheritdoc/>
    public override void WriteHeartbeat(ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output) =>
        WriteNotice("noop"u8, channel.Name, count, default, framing, output);

    /// <inheritdoc/>
    public override void WriteEnd(ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
    {
        if (ending.Reason == CloseReason.ChannelClosed)
        {
            WriteNotice("close"u8, channel, ending.Position.Offset, default, framing, output);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Where the node itself stops, the connection just closes: that is the sign that clients reconnect at.</remarks>
    public override bool IsWholeAfter(CloseReason reason) => reason is not (CloseReason.Shutdown or CloseReason.Interrupted);

    /// <summary>Writes what is not a message of the channel: next_seq, noop, close, 401, 429.</summary>
    public void WriteNotice(
        ReadOnlySpan<byte> type, ReadOnlySpan<byte> channel, long seq, ReadOnlySpan<byte> text, Framing framing, ByteBuffer output)
    {
        var piece = Begin(framing, output);
        WriteStart(type, channel, seq, output);
        output.Write(text);
        output.Write("\"}"u8);
        End(framing, output, piece);
    }

    private protected int Begin(Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        output.Write(_before);
        return piece;
    }

    private protected void End(Framing framing, ByteBuffer output, int piece)
    {
        output.Write(_after);
        framing.End(output, piece);
    }

    // A broadcast is followed by the number to go on with, also where both stand in one array.
    private void WriteObjects(ReadOnlySpan<byte> channel, Message message, ByteBuffer output)
    {
        WriteObject(channel, message, output);
        if (message.Traits.HasFlag(MessageTraits.Broadcast))
        {
            output.WriteByte((byte)',');
            WriteStart("next_seq"u8, channel, message.Offset + 1, output);
            output.Write("\"}"u8);
        }
    }

    private protected void WriteObject(ReadOnlySpan<byte> channel, Message message, ByteBuffer output)
    {
        WriteStart(message.Traits.HasFlag(MessageTraits.Broadcast) ? "broadcast"u8 : "data"u8, channel, message.Offset, output);
        LargeMessages.Write(new ChannelIdentity(channel, 0), message, InScript ? ContentInScript : Content, output);
        output.Write("\"}"u8);
    }

    private static void WriteContent(Message message, bool inScript, ByteBuffer output)
    {
        if (message.Traits.HasFlag(MessageTraits.JsonEscaped))
        {
            JsonText.WriteEscaped(message.Payload, inScript, output);
        }
        else
        {
            JsonText.Write(message.Payload, inScript, output);
        }
    }

    private void WriteStart(ReadOnlySpan<byte> type, ReadOnlySpan<byte> channel, long seq, ByteBuffer output)
    {
        output.Write("{\"type\":\""u8);
        output.Write(type);
        output.Write("\",\"cname\":\""u8);
        JsonText.Write(channel, InScript, output);
        output.Write("\",\"seq\":"u8);
        output.WriteDecimal(seq);
        output.Write(",\"content\":\""u8);
    }
}
