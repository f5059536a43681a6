using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The answer to a poll: header, messages one after the other, footer; for a script, an array in a call. Its head says
/// which place the messages lead to, so a poll that waits owes its head until there is something to tell.
/// </summary>
/// <param name="place">What is the same for all polls of an endpoint.</param>
/// <param name="origin">What is said of origins.</param>
/// <param name="callback">The function to call; empty for none.</param>
/// <param name="isShared">Whether it is the endpoint's, for all polls that have nothing of their own.</param>
/// <param name="waiting">
/// What else a poll of several channels looks at before it answers; null for one of a single channel.
/// </param>
internal sealed class PollFormat(
    PollPlace place,
    string[] origin,
    byte[] callback,
    SeveralChannels? waiting,
    bool isShared = false) : TransportFormat
{
    private const string Script = "application/javascript";

    private static readonly byte[] TimedOutText = "Timed out"u8.ToArray();

    private LastHead _last;

    /// <inheritdoc/>
    public override bool IsShared => isShared;

    /// <inheritdoc/>
    public override bool EndsWithMessage => true;

    /// <inheritdoc/>
    public override TimeSpan? TimeToLive => place.TimeToLive;

    private string TypeNow => callback.Length > 0 ? Script : place.Type;

    private string TypeLater => callback.Length > 0 ? Script : place.TypeWhenWaited;

    /// <summary>The head of an answer that says all there is at once.</summary>
    public ResponseHead HeadAtOnce(MessageStamp newest) => HeadOf(TypeNow, newest);

    /// <summary>The head where there is nothing to say: the place that the client named itself.</summary>
    public ResponseHead HeadOfNothing(long? time, int? tag) =>
        place.Heads.GetWithPlace("304 Not Modified", TypeNow, origin, time, tag);

    /// <inheritdoc/>
    public override ResponseHead HeadFor(Message message) => _last.For(
        message,
        this,
        static (format, message) => format.HeadOf(format.TypeLater, message.Stamp));

    /// <inheritdoc/>
    public override ResponseHead HeadFor(in Ending ending) => place.Heads.GetWithPlace(
        Says(ending) is null ? "304 Not Modified" : "200 OK", TypeLater, origin, place.Now.ToUnixTimeSeconds(), 0);

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        var first = Begin(framing, output);
        foreach (var (at, earlier) in waiting?.Before(message.Stamp) ?? [])
        {
            Write(waiting![at].Identity, earlier, ref first, framing, output);
        }

        Write(channel, message, ref first, framing, output);
        End(framing, output);
    }

    /// <summary>Writes messages of one channel or more.</summary>
    public void WriteMessages(
        IEnumerable<(Channel Channel, Message Message)> messages, Framing framing, ByteBuffer output)
    {
        var first = Begin(framing, output);
        foreach (var (channel, message) in messages)
        {
            Write(channel.Identity, message, ref first, framing, output);
        }

        End(framing, output);
    }

    /// <inheritdoc/>
    public override void WriteEnd(
        ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
    {
        if (Says(ending) is { } text)
        {
            Begin(framing, output);
            var id = ending.Reason == CloseReason.ChannelClosed ? MessageWriter.Deleted : MessageWriter.TimedOut;
            var piece = framing.Begin(output);
            var content = output.Length;
            Writer.WriteMessage(TemplateValues.OfNotice(id, channel, text), output);
            Pieces.End(framing, output, piece, content);
            End(framing, output);
        }
    }

    private ResponseHead HeadOf(string type, MessageStamp newest) =>
        place.Heads.GetWithPlace("200 OK", type, origin, newest.Time, newest.Tag);

    // A script is UTF-8; of another answer its type says what its bytes are.
    private MessageWriter Writer => callback.Length > 0 ? place.ScriptWriter : place.Writer;

    // What an end says; null for nothing at all.
    private byte[]? Says(in Ending ending) =>
        ending.Reason == CloseReason.ChannelClosed ? ending.Farewell ?? place.DeletedText
            : place.TimeoutWithBody ? TimedOutText
            : null;

    // Whether what comes next is the first message.
    private bool Begin(Framing framing, ByteBuffer output)
    {
        Pieces.Write(place.Writer.Header, framing, output);
        if (callback.Length > 0)
        {
            Pieces.Write(callback, framing, output);
            Pieces.Write("(["u8, framing, output);
        }

        return true;
    }

    private void Write(ChannelIdentity channel, Message message, ref bool isFirst, Framing framing, ByteBuffer output)
    {
        if (!isFirst && callback.Length > 0)
        {
            Pieces.Write(","u8, framing, output);
        }

        isFirst = false;
        var piece = framing.Begin(output);
        var content = output.Length;
        Writer.WriteMessage(channel, message, output);
        Pieces.End(framing, output, piece, content);
    }

    private void End(Framing framing, ByteBuffer output)
    {
        Pieces.Write(callback.Length > 0 ? "]);"u8 : default, framing, output);
        Pieces.Write(place.Writer.Footer, framing, output);
    }
}

/// <summary>The common part of one endpoint's polls.</summary>
/// <param name="ScriptWriter">The same as UTF-8, for answers that call a function.</param>
/// <param name="Type">The content type of what is said at once.</param>
/// <param name="TypeWhenWaited">The content type of what was waited for.</param>
/// <param name="TimeToLive">How long one waits; null for ever.</param>
/// <param name="TimeoutWithBody">Whether one whose time is up gets a message rather than 304.</param>
internal sealed record PollPlace(
    MessageWriter Writer,
    MessageWriter ScriptWriter,
    HeadMaker Heads,
    string Type,
    string TypeWhenWaited,
    TimeSpan? TimeToLive,
    bool TimeoutWithBody,
    byte[] DeletedText,
    TimeProvider Time)
{
    public DateTimeOffset Now => Time.GetUtcNow();
}
