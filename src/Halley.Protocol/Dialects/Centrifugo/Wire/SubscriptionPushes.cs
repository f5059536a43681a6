namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>The server has subscribed the client to the channel.</summary>
internal sealed class SubscribePush : IWireObject<SubscribePush>, IPushContent
{
    public static FieldNames Names { get; } = new(
        (1, "recoverable"), (4, "epoch"), (5, "offset"), (6, "positioned"), (7, "data"));

    public bool Recoverable { get; set; }

    public string Epoch { get; set; } = "";

    public long Offset { get; set; }

    public bool Positioned { get; set; }

    public Payload Data { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Flag(1, Recoverable);
        writer.Text(4, Epoch);
        writer.Number(5, Offset);
        writer.Flag(6, Positioned);
        writer.Data(7, Data);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Recoverable = reader.Flag();
                break;
            case 4:
                Epoch = reader.Text();
                break;
            case 5:
                Offset = reader.Offset();
                break;
            case 6:
                Positioned = reader.Flag();
                break;
            default:
                Data = reader.Data();
                break;
        }
    }
}

/// <summary>The server has ended a subscription.</summary>
internal sealed class UnsubscribePush : IWireObject<UnsubscribePush>, IPushContent
{
    public static FieldNames Names { get; } = new((2, "code"), (3, "reason"));

    public uint Code { get; set; }

    public string Reason { get; set; } = "";

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Number(2, Code);
        writer.Text(3, Reason);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 2:
                Code = reader.Number();
                break;
            default:
                Reason = reader.Text();
                break;
        }
    }
}
