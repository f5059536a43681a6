namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>A message of a channel.</summary>
internal sealed class WirePublication : IWireObject<WirePublication>, IPushContent
{
    public static FieldNames Names { get; } = new(
        (4, "data"), (5, "info"), (6, "offset"), (7, "tags"), (8, "delta"), (9, "time"), (10, "channel"));

    public Payload Data { get; set; }

    /// <summary>The client that published it, where one did.</summary>
    public ClientInfo? Info { get; set; }

    /// <summary>0 where the channel has no positions.</summary>
    public long Offset { get; set; }

    public List<KeyValuePair<string, string>>? Tags { get; set; }

    /// <summary>Whether the data says how it differs from that of the message before.</summary>
    public bool Delta { get; set; }

    /// <summary>Milliseconds since 1970; 0 for none.</summary>
    public long Time { get; set; }

    /// <summary>The channel, where the subscription is to several.</summary>
    public byte[] Channel { get; set; } = [];

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Data(4, Data);
        writer.Object(5, Info);
        writer.Number(6, Offset);
        writer.Map(7, Tags);
        writer.Flag(8, Delta);
        writer.Number(9, Time);
        writer.Text(10, Channel);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 4:
                Data = reader.Data();
                break;
            case 5:
                Info = reader.Object<ClientInfo>();
                break;
            case 6:
                Offset = reader.Offset();
                break;
            case 7:
                Tags = reader.Map(Tags);
                break;
            case 8:
                Delta = reader.Flag();
                break;
            case 9:
                Time = reader.Signed();
                break;
            default:
                Channel = reader.TextBytes();
                break;
        }
    }
}
