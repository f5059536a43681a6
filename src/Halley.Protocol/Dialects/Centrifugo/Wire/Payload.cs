using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>
/// The data that applications exchange: any bytes. JSON has them as the value that they are, or, where they are no
/// JSON, as a string; Protobuf has them as bytes.
/// </summary>
internal readonly struct Payload
{
    private static readonly MessageForm AsJson =
        static (_, message, output) => JsonValue.Write(message, output);

    private readonly Message? _message;
    private readonly PayloadForm _form;

    /// <param name="bytes">Null for nothing.</param>
    public Payload(byte[]? bytes, PayloadForm form = PayloadForm.Any)
    {
        Bytes = bytes;
        _form = form;
    }

    /// <summary>Takes a message's payload. Where it is large, all who get it share its form.</summary>
    public Payload(Message message)
        : this(message.SharedPayload, FormOf(message)) => _message = message;

    /// <summary>Null where there is nothing. Escaped text is here as it came.</summary>
    public byte[]? Bytes { get; }

    public static implicit operator Payload(byte[]? bytes) => new(bytes);

    /// <summary>Writes it as a JSON value on one line. There must be something.</summary>
    public void WriteJson(ByteBuffer output)
    {
        if (_message is not null)
        {
            LargeMessages.Write(default, _message, AsJson, output);
        }
        else
        {
            WriteJsonValue(output);
        }
    }

    /// <summary>The bytes themselves; of escaped text those that it means. There must be something.</summary>
    public byte[] Unescaped()
    {
        if (_form != PayloadForm.EscapedText || !Bytes.AsSpan().Contains((byte)'\\'))
        {
            return Bytes!;
        }

        var output = new ByteBuffer(Bytes!.Length);
        JsonUnescaping.Write(Bytes, output);
        return output.Written.ToArray();
    }

    private static PayloadForm FormOf(Message message) =>
        message.Traits.HasFlag(MessageTraits.JsonEscaped) ? PayloadForm.EscapedText : PayloadForm.Any;

    private void WriteJsonValue(ByteBuffer output)
    {
        switch (_form)
        {
            case PayloadForm.Any:
                JsonValue.Write(Bytes, output);
                break;
            case PayloadForm.Text:
                JsonValue.WriteText(Bytes, output);
                break;
            default:
                JsonValue.WriteEscapedText(Bytes, output);
                break;
        }
    }
}

/// <summary>The form of a payload's bytes.</summary>
internal enum PayloadForm
{
    /// <summary>JSON, text or neither: whoever writes JSON finds out.</summary>
    Any,

    /// <summary>A text, in JSON a string, also where it looks like JSON.</summary>
    Text,

    /// <summary>The inside of a JSON string.</summary>
    EscapedText,
}
