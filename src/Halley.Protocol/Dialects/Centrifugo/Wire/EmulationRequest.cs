namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>The request of a client whose transport only hears: commands for a session of a node.</summary>
internal sealed class EmulationRequest : IWireObject<EmulationRequest>
{
    public static FieldNames Names { get; } = new((1, "node"), (2, "session"), (3, "data"));

    public string Node { get; set; } = "";

    public string Session { get; set; } = "";

    /// <summary>A frame of commands.</summary>
    public Payload Data { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text(1, Node);
        writer.Text(2, Session);
        writer.Data(3, Data);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Node = reader.Text();
                break;
            case 2:
                Session = reader.Text();
                break;
            default:
                Data = reader.Data();
                break;
        }
    }
}
