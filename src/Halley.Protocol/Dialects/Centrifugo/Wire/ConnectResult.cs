namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>A client is connected.</summary>
internal sealed class ConnectResult : IWireObject<ConnectResult>, IReplyContent
{
    public static FieldNames Names { get; } = new(
        (1, "client"), (2, "version"), (3, "expires"), (4, "ttl"), (5, "data"), (6, "subs"), (7, "ping"),
        (8, "pong"), (9, "session"), (10, "node"), (11, "time"), (12, "flag"));

    /// <summary>The connection's id.</summary>
    public string Client { get; set; } = "";

    /// <summary>The server's version.</summary>
    public string Version { get; set; } = "";

    public bool Expires { get; set; }

    /// <summary>Seconds after which a new token is needed.</summary>
    public uint Ttl { get; set; }

    public Payload Data { get; set; }

    /// <summary>The channels that the server has subscribed it to.</summary>
    public List<KeyValuePair<byte[], SubscribeResult>>? Subs { get; set; }

    /// <summary>Seconds between two pings of the server.</summary>
    public uint Ping { get; set; }

    /// <summary>Whether pings are to be answered.</summary>
    public bool Pong { get; set; }

    /// <summary>The id that the emulation endpoint knows the connection by.</summary>
    public string Session { get; set; } = "";

    public string Node { get; set; } = "";

    /// <summary>The server's clock, in milliseconds since 1970; 0 for none.</summary>
    public long Time { get; set; }

    /// <summary>The abilities of the client that are used, as bits.</summary>
    public long Flag { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text(1, Client);
        writer.Text(2, Version);
        writer.Flag(3, Expires);
        writer.Number(4, Ttl);
        writer.Data(5, Data);
        writer.Map(6, Subs);
        writer.Number(7, Ping);
        writer.Flag(8, Pong);
        writer.Text(9, Session);
        writer.Text(10, Node);
        writer.Number(11, Time);
        writer.Number(12, Flag);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Client = reader.Text();
                break;
            case 2:
                Version = reader.Text();
                break;
            case 3:
                Expires = reader.Flag();
                break;
            case 4:
                Ttl = reader.Number();
                break;
            case 5:
                Data = reader.Data();
                break;
            case 6:
                Subs = reader.Map(Subs);
                break;
            case 7:
                Ping = reader.Number();
                break;
            case 8:
                Pong = reader.Flag();
                break;
            case 9:
                Session = reader.Text();
                break;
            case 10:
                Node = reader.Text();
                break;
            case 11:
                Time = reader.Signed();
                break;
            default:
                Flag = reader.Signed();
                break;
        }
    }
}
