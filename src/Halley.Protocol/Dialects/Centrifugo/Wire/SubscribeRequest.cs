namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>A client wants to hear a channel.</summary>
internal sealed class SubscribeRequest : IWireObject<SubscribeRequest>, IRequest
{
    public static FieldNames Names { get; } = new(
        (1, "channel"), (2, "token"), (3, "recover"), (6, "epoch"), (7, "offset"), (8, "data"), (9, "positioned"),
        (10, "recoverable"), (11, "join_leave"), (12, "delta"), (13, "tf"), (14, "flag"), (15, "type"));

    public byte[] Channel { get; set; } = [];

    public string Token { get; set; } = "";

    /// <summary>Whether it comes back, with the place that it has.</summary>
    public bool Recover { get; set; }

    public string Epoch { get; set; } = "";

    /// <summary>The last message that it has.</summary>
    public long Offset { get; set; }

    public Payload Data { get; set; }

    public bool Positioned { get; set; }

    public bool Recoverable { get; set; }

    public bool JoinLeave { get; set; }

    /// <summary>The kind of differences that it understands; empty for none.</summary>
    public string Delta { get; set; } = "";

    public FilterNode? TagsFilter { get; set; }

    /// <summary>The abilities of the client, as bits.</summary>
    public long Flag { get; set; }

    /// <summary>0 for a channel of messages.</summary>
    public long Type { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text(1, Channel);
        writer.Text(2, Token);
        writer.Flag(3, Recover);
        writer.Text(6, Epoch);
        writer.Number(7, Offset);
        writer.Data(8, Data);
        writer.Flag(9, Positioned);
        writer.Flag(10, Recoverable);
        writer.Flag(11, JoinLeave);
        writer.Text(12, Delta);
        writer.Object(13, TagsFilter);
        writer.Number(14, Flag);
        writer.Number(15, Type);
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
            case 2:
                Token = reader.Text();
                break;
            case 3:
                Recover = reader.Flag();
                break;
            case 6:
                Epoch = reader.Text();
                break;
            case 7:
                Offset = reader.Offset();
                break;
            case 8:
                Data = reader.Data();
                break;
            case 9:
                Positioned = reader.Flag();
                break;
            case 10:
                Recoverable = reader.Flag();
                break;
            case 11:
                JoinLeave = reader.Flag();
                break;
            case 12:
                Delta = reader.Text();
                break;
            case 13:
                TagsFilter = reader.Object<FilterNode>();
                break;
            case 14:
                Flag = reader.Signed();
                break;
            default:
                Type = reader.Signed();
                break;
        }
    }
}
