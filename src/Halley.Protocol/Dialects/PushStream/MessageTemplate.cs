using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>The values of a template's tokens. Gone when it is written.</summary>
internal readonly ref struct TemplateValues
{
    /// <summary>The message's number in its channel; below zero for what is no message.</summary>
    public long Id { get; init; }

    public ReadOnlySpan<byte> Channel { get; init; }

    public ReadOnlySpan<byte> Text { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public long Time { get; init; }

    public int Tag { get; init; }

    /// <summary>Whether the publisher gave an id, be it an empty one.</summary>
    public bool HasEventId { get; init; }

    public ReadOnlySpan<byte> EventId { get; init; }

    public ReadOnlySpan<byte> EventType { get; init; }

    public static TemplateValues Of(ReadOnlySpan<byte> channel, Message message) => new()
    {
        Id = message.Offset,
        Channel = channel,
        Text = message.Payload,
        Time = message.Stamp.Time,
        Tag = message.Stamp.Tag,
        HasEventId = message.Labels?.EventId is not null,
        EventId = message.Labels?.EventId,
        EventType = message.Labels?.EventType,
    };

    /// <summary>
    /// Makes the values of a notice, which is no message of a channel, but said like one: number below zero, tag 0, the
    /// beginning of time.
    /// </summary>
    public static TemplateValues OfNotice(long id, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> text) =>
        new() { Id = id, Channel = channel, Text = text };

    /// <summary>The same with another text, such as one line of it.</summary>
    public TemplateValues With(ReadOnlySpan<byte> text) => new()
    {
        Id = Id,
        Channel = Channel,
        Text = text,
        Time = Time,
        Tag = Tag,
        HasEventId = HasEventId,
        EventId = EventId,
        EventType = EventType,
    };
}

/// <summary>
/// A template for messages: text with <c>~id~ ~channel~ ~text~ ~size~ ~time~ ~tag~ ~event-id~ ~event-type~</c> in it,
/// in any case. Cut up once; what is put in is not looked at again, whatever bytes it has. Immutable; any thread.
/// </summary>
internal sealed class MessageTemplate
{
    private static readonly (string Name, Token Token)[] Tokens =
    [
        ("~id~", Token.Id),
        ("~channel~", Token.Channel),
        ("~text~", Token.Text),
        ("~size~", Token.Size),
        ("~time~", Token.Time),
        ("~tag~", Token.Tag),
        ("~event-id~", Token.EventId),
        ("~event-type~", Token.EventType),
    ];

    private readonly (Token Token, byte[] Literal)[] _pieces;

    public MessageTemplate(ReadOnlySpan<byte> template)
    {
        var pieces = new List<(Token, byte[])>();
        var from = 0;
        for (var at = 0; at < template.Length;)
        {
            if (template[at] == '~' && Find(template[at..]) is { Name: not null } found)
            {
                Add(pieces, template[from..at]);
                pieces.Add((found.Token, []));
                at += found.Name.Length;
                from = at;
            }
            else
            {
                at++;
            }
        }

        Add(pieces, template[from..]);
        _pieces = [.. pieces];
    }

    private enum Token
    {
        Literal,
        Id,
        Channel,
        Text,
        Size,
        Time,
        Tag,
        EventId,
        EventType,
    }

    public void Write(in TemplateValues values, ByteBuffer output)
    {
        foreach (var (token, literal) in _pieces)
        {
            switch (token)
            {
                case Token.Literal:
                    output.Write(literal);
                    break;
                case Token.Id:
                    output.WriteDecimal(values.Id);
                    break;
                case Token.Channel:
                    output.Write(values.Channel);
                    break;
                case Token.Text:
                    output.Write(values.Text);
                    break;
                case Token.Size:
                    output.WriteDecimal(values.Text.Length);
                    break;
                case Token.Time:
                    HttpDate.Write(values.Time, output);
                    break;
                case Token.Tag:
                    output.WriteDecimal(values.Tag);
                    break;
                case Token.EventId:
                    output.Write(values.EventId);
                    break;
                default:
                    output.Write(values.EventType);
                    break;
            }
        }
    }

    private static (string Name, Token Token) Find(ReadOnlySpan<byte> text)
    {
        foreach (var token in Tokens)
        {
            if (text.Length >= token.Name.Length && Ascii.EqualsIgnoreCase(text[..token.Name.Length], token.Name))
            {
                return token;
            }
        }

        return default;
    }

    private static void Add(List<(Token, byte[])> pieces, ReadOnlySpan<byte> literal)
    {
        if (!literal.IsEmpty)
        {
            pieces.Add((Token.Literal, literal.ToArray()));
        }
    }
}
