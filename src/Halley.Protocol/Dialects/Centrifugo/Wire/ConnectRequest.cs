namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>The first command of a connection.</summary>
internal sealed class ConnectRequest : IWireObject<ConnectRequest>, IRequest
{
    public static FieldNames Names { get; } = new(
        (1, "token"), (2, "data"), (3, "subs"), (4, "name"), (5, "version"), (6, "headers"), (7, "flag"));

    public string Token { get; set; } = "";

    public Payload Data { get; set; }

    /// <summary>The client's positions in channels that the server subscribes it to.</summary>
    public List<KeyValuePair<byte[], SubscribeRequest>>? Subs { get; set; }

    /// <summary>The name of the client's program.</summary>
    public string Name { get; set; } = "";

    public string Version { get; set; } = "";

    /// <summary>Header fields that the client could not send.</summary>
    public List<KeyValuePair<string, string>>? Headers { get; set; }

    /// <summary>The abilities of the client, as bits.</summary>
    public long Flag { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text(1, Token);
        writer.Data(2, Data);
        writer.Map(3, Subs);
        writer.Text(4, Name);
        writer.Text(5, Version);
        writer.Map(6, Headers);
        writer.Number(7, Flag);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Token = reader.Text();
                break;
            case 2:
                Data = reader.Data();
                break;
            case 3:
                Subs = reader.Map(Subs);
                break;
            case 4:
                Name = reader.Text();
                break;
            case 5:
                Version = reader.Text();
                break;
            case 6:
                Headers = reader.Map(Headers);
                break;
            default:
                Flag = reader.Signed();
                break;
        }
    }
}
