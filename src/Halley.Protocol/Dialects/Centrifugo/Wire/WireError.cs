namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>The error of a command that was not done.</summary>
internal sealed class WireError : IWireObject<WireError>
{
    public static FieldNames Names { get; } = new((1, "code"), (2, "message"), (3, "temporary"));

    public uint Code { get; set; }

    public string Message { get; set; } = "";

    /// <summary>Whether the client may try again.</summary>
    public bool Temporary { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Number(1, Code);
        writer.Text(2, Message);
        writer.Flag(3, Temporary);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Code = reader.Number();
                break;
            case 2:
                Message = reader.Text();
                break;
            default:
                Temporary = reader.Flag();
                break;
        }
    }
}
