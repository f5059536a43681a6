namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>A client asks for what a channel keeps.</summary>
internal sealed class HistoryRequest : IWireObject<HistoryRequest>, IRequest
{
    public static FieldNames Names { get; } = new((1, "channel"), (7, "limit"), (8, "since"), (9, "reverse"));

    public byte[] Channel { get; set; } = [];

    /// <summary>0 for the position alone; less for all.</summary>
    public long Limit { get; set; }

    public WirePosition? Since { get; set; }

    public bool Reverse { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text(1, Channel);
        writer.Number(7, Limit);
        writer.Object(8, Since);
        writer.Flag(9, Reverse);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Channel = reader.TextBytes();
                break;
            case 7:
                Limit = reader.Signed();
                break;
            case 8:
                Since = reader.Object<WirePosition>();
                break;
            default:
                Reverse = reader.Flag();
                break;
        }
    }
}

/// <summary>A place in a channel.</summary>
internal sealed class WirePosition : IWireObject<WirePosition>
{
    public static FieldNames Names { get; } = new((1, "offset"), (2, "epoch"));

    public long Offset { get; set; }

    public string Epoch { get; set; } = "";

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Number(1, Offset);
        writer.Text(2, Epoch);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Offset = reader.Offset();
                break;
            default:
                Epoch = reader.Text();
                break;
        }
    }
}
