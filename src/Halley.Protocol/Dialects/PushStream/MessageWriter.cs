using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// Writes one endpoint's messages and what stands around them, before they are cut into pieces for the wire: as its
/// templates have it, or as events of text/event-stream. Immutable; any thread.
/// </summary>
internal abstract class MessageWriter
{
    private readonly MessageForm _form;

    protected MessageWriter() =>
        _form = (channel, message, output) => WriteMessage(TemplateValues.Of(channel.Name, message), output);

    /// <summary>The id of a ping, of the last word about a channel, and of a poll whose time is up.</summary>
    public const long Ping = -1;
    public const long Deleted = -2;
    public const long TimedOut = -3;

    /// <summary>The beginning of an answer; may be empty.</summary>
    public abstract ReadOnlySpan<byte> Header { get; }

    /// <summary>The end of an answer; may be empty.</summary>
    public abstract ReadOnlySpan<byte> Footer { get; }

    /// <summary>Whether padding is added to the header: there must be one that the operator wrote.</summary>
    public abstract bool HasOwnHeader { get; }

    /// <summary>Writes a message that nothing is measured of, and shares it where it is large.</summary>
    public void WriteMessage(ChannelIdentity channel, Message message, ByteBuffer output) =>
        LargeMessages.Write(channel, message, _form, output);

    /// <returns>How many bytes count where padding is measured.</returns>
    public abstract int WriteMessage(in TemplateValues values, ByteBuffer output);

    /// <returns>How many bytes count where padding is measured.</returns>
    public abstract int WritePing(ByteBuffer output);

    public abstract void WritePadding(int count, ByteBuffer output);
}

/// <summary>Messages as the templates have them.</summary>
/// <param name="isUtf8">
/// Whether they are made UTF-8, as JSON and scripts must be; else they have whatever bytes were published.
/// </param>
internal sealed class TemplateWriter(
    byte[] header, ReadOnlySpan<byte> message, byte[] footer, byte[] pingText, bool isUtf8) : MessageWriter
{
    private readonly MessageTemplate _template = new(message);

    public override ReadOnlySpan<byte> Header => header;

    public override ReadOnlySpan<byte> Footer => footer;

    public override bool HasOwnHeader => header.Length > 0;

    public override int WriteMessage(in TemplateValues values, ByteBuffer output)
    {
        var start = output.Length;
        _template.Write(values, output);
        if (isUtf8)
        {
            Utf8Text.Mend(output, start);
        }

        return output.Length - start;
    }

    public override int WritePing(ByteBuffer output) =>
        WriteMessage(TemplateValues.OfNotice(Ping, default, pingText), output);

    public override void WritePadding(int count, ByteBuffer output) => Padding.WriteLineEnds(count, output);
}

/// <summary>
/// Messages as server-sent events, which are UTF-8: an id and a type where the publisher gave one, then the template
/// around each line of the text.
/// </summary>
internal sealed class EventWriter(
    ReadOnlySpan<byte> header, ReadOnlySpan<byte> message, ReadOnlySpan<byte> footer) : MessageWriter
{
    private readonly byte[] _header = header.IsEmpty ? ": \n"u8.ToArray() : EventStream.Comments(header);
    private readonly bool _hasOwnHeader = !header.IsEmpty;
    private readonly byte[] _footer = EventStream.Comments(footer);
    private readonly MessageTemplate _line = LineTemplate(message);

    public override ReadOnlySpan<byte> Header => _header;

    public override ReadOnlySpan<byte> Footer => _footer;

    public override bool HasOwnHeader => _hasOwnHeader;

    public override int WriteMessage(in TemplateValues values, ByteBuffer output)
    {
        var from = output.Length;
        if (values.HasEventId)
        {
            EventStream.WriteField("id: "u8, values.EventId, output);
        }

        if (!values.EventType.IsEmpty)
        {
            EventStream.WriteField("event: "u8, values.EventType, output);
        }

        var start = output.Length;
        var rest = values.Text;
        while (EventStream.TakeLine(ref rest, out var line))
        {
            _line.Write(values.With(line), output);
        }

        output.WriteByte((byte)'\n');
        var length = output.Length - start;
        Utf8Text.Mend(output, from);
        return length;
    }

    public override int WritePing(ByteBuffer output)
    {
        output.Write(": -1\n"u8);
        return 5;
    }

    public override void WritePadding(int count, ByteBuffer output) => Padding.WriteComment(count, output);

    /// <summary>
    /// A template for the lines of a message; one that is written for event streams already is taken as it is.
    /// </summary>
    public static MessageTemplate LineTemplate(ReadOnlySpan<byte> template) =>
        new(template.StartsWith("data: "u8) ? template : [.. "data: "u8, .. template, (byte)'\n']);
}
