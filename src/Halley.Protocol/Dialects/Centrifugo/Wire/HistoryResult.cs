namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>The messages that a channel keeps, and its position.</summary>
internal sealed class HistoryResult : IWireObject<HistoryResult>, IReplyContent
{
    public static FieldNames Names { get; } = new((1, "publications"), (2, "epoch"), (3, "offset"));

    public List<WirePublication>? Publications { get; set; }

    public string Epoch { get; set; } = "";

    public long Offset { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.List(1, Publications, always: true);
        writer.Text(2, Epoch, always: true);
        writer.Number(3, Offset, always: true);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Publications = reader.List(Publications);
                break;
            case 2:
                Epoch = reader.Text();
                break;
            default:
                Offset = reader.Offset();
                break;
        }
    }
}
