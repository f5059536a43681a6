namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>A client is subscribed to a channel.</summary>
internal sealed class SubscribeResult : IWireObject<SubscribeResult>, IReplyContent
{
    public static FieldNames Names { get; } = new(
        (1, "expires"), (2, "ttl"), (3, "recoverable"), (6, "epoch"), (7, "publications"), (8, "recovered"),
        (9, "offset"), (10, "positioned"), (11, "data"), (12, "was_recovering"), (13, "delta"));

    public bool Expires { get; set; }

    /// <summary>Seconds after which a new token is needed.</summary>
    public uint Ttl { get; set; }

    public bool Recoverable { get; set; }

    public string Epoch { get; set; } = "";

    /// <summary>The messages that the client has missed.</summary>
    public List<WirePublication>? Publications { get; set; }

    /// <summary>Whether it now has everything.</summary>
    public bool Recovered { get; set; }

    /// <summary>The offset of the channel's last message.</summary>
    public long Offset { get; set; }

    public bool Positioned { get; set; }

    public Payload Data { get; set; }

    /// <summary>Whether the client came back with a place.</summary>
    public bool WasRecovering { get; set; }

    /// <summary>Whether messages may come as differences.</summary>
    public bool Delta { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Flag(1, Expires);
        writer.Number(2, Ttl);
        writer.Flag(3, Recoverable);
        writer.Text(6, Epoch);
        writer.List(7, Publications);
        writer.Flag(8, Recovered);
        writer.Number(9, Offset);
        writer.Flag(10, Positioned);
        writer.Data(11, Data);
        writer.Flag(12, WasRecovering);
        writer.Flag(13, Delta);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Expires = reader.Flag();
                break;
            case 2:
                Ttl = reader.Number();
                break;
            case 3:
                Recoverable = reader.Flag();
                break;
            case 6:
                Epoch = reader.Text();
                break;
            case 7:
                Publications = reader.List(Publications);
                break;
            case 8:
                Recovered = reader.Flag();
                break;
            case 9:
                Offset = reader.Offset();
                break;
            case 10:
                Positioned = reader.Flag();
                break;
            case 11:
                Data = reader.Data();
                break;
            case 12:
                WasRecovering = reader.Flag();
                break;
            default:
                Delta = reader.Flag();
                break;
        }
    }
}
