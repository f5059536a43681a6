namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>
/// A client is connected, over a transport without commands: the fields of the result with other numbers.
/// </summary>
internal sealed class ConnectPush : IWireObject<ConnectPush>, IPushContent
{
    public static FieldNames Names { get; } = new(
        (1, "client"), (2, "version"), (3, "data"), (4, "subs"), (5, "expires"), (6, "ttl"), (7, "ping"), (8, "pong"),
        (9, "session"), (10, "node"), (11, "time"));

    public ConnectResult Result { get; set; } = new();

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text(1, Result.Client);
        writer.Text(2, Result.Version);
        writer.Data(3, Result.Data);
        writer.Map(4, Result.Subs);
        writer.Flag(5, Result.Expires);
        writer.Number(6, Result.Ttl);
        writer.Number(7, Result.Ping);
        writer.Flag(8, Result.Pong);
        writer.Text(9, Result.Session);
        writer.Text(10, Result.Node);
        writer.Number(11, Result.Time);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Result.Client = reader.Text();
                break;
            case 2:
                Result.Version = reader.Text();
                break;
            case 3:
                Result.Data = reader.Data();
                break;
            case 4:
                Result.Subs = reader.Map(Result.Subs);
                break;
            case 5:
                Result.Expires = reader.Flag();
                break;
            case 6:
                Result.Ttl = reader.Number();
                break;
            case 7:
                Result.Ping = reader.Number();
                break;
            case 8:
                Result.Pong = reader.Flag();
                break;
            case 9:
                Result.Session = reader.Text();
                break;
            case 10:
                Result.Node = reader.Text();
                break;
            default:
                Result.Time = reader.Signed();
                break;
        }
    }
}
