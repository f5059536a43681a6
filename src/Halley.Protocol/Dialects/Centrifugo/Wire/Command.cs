namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>A command of a client.</summary>
internal sealed class Command : IWireObject<Command>
{
    public static FieldNames Names { get; } = new(
        (1, "id"), (4, "connect"), (5, "subscribe"), (6, "unsubscribe"), (7, "publish"), (8, "presence"),
        (9, "presence_stats"), (10, "history"), (11, "ping"), (12, "send"), (13, "rpc"), (14, "refresh"),
        (15, "sub_refresh"));

    /// <summary>
    /// The number that the reply will have too; 0 where none is wanted, and for the answer to a ping.
    /// </summary>
    public uint Id { get; set; }

    /// <summary>Null in the answer to a ping.</summary>
    public IRequest? Request { get; set; }

    /// <summary>The command's name in the protocol; "pong" for the answer to a ping.</summary>
    public string Name => Request switch
    {
        ConnectRequest => "connect",
        SubscribeRequest => "subscribe",
        UnsubscribeRequest => "unsubscribe",
        PublishRequest => "publish",
        PresenceRequest => "presence",
        PresenceStatsRequest => "presence_stats",
        HistoryRequest => "history",
        PingRequest => "ping",
        SendRequest => "send",
        RpcRequest => "rpc",
        RefreshRequest => "refresh",
        SubRefreshRequest => "sub_refresh",
        _ => "pong",
    };

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Number(1, Id);
        switch (Request)
        {
            case ConnectRequest content:
                writer.Object(4, content);
                break;
            case SubscribeRequest content:
                writer.Object(5, content);
                break;
            case UnsubscribeRequest content:
                writer.Object(6, content);
                break;
            case PublishRequest content:
                writer.Object(7, content);
                break;
            case PresenceRequest content:
                writer.Object(8, content);
                break;
            case PresenceStatsRequest content:
                writer.Object(9, content);
                break;
            case HistoryRequest content:
                writer.Object(10, content);
                break;
            case PingRequest content:
                writer.Object(11, content);
                break;
            case SendRequest content:
                writer.Object(12, content);
                break;
            case RpcRequest content:
                writer.Object(13, content);
                break;
            case RefreshRequest content:
                writer.Object(14, content);
                break;
            case SubRefreshRequest content:
                writer.Object(15, content);
                break;
        }
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Id = reader.Number();
                break;
            case 4:
                Request = Earlier(Request, reader.Object<ConnectRequest>());
                break;
            case 5:
                Request = Earlier(Request, reader.Object<SubscribeRequest>());
                break;
            case 6:
                Request = Earlier(Request, reader.Object<UnsubscribeRequest>());
                break;
            case 7:
                Request = Earlier(Request, reader.Object<PublishRequest>());
                break;
            case 8:
                Request = Earlier(Request, reader.Object<PresenceRequest>());
                break;
            case 9:
                Request = Earlier(Request, reader.Object<PresenceStatsRequest>());
                break;
            case 10:
                Request = Earlier(Request, reader.Object<HistoryRequest>());
                break;
            case 11:
                Request = Earlier(Request, reader.Object<PingRequest>());
                break;
            case 12:
                Request = Earlier(Request, reader.Object<SendRequest>());
                break;
            case 13:
                Request = Earlier(Request, reader.Object<RpcRequest>());
                break;
            case 14:
                Request = Earlier(Request, reader.Object<RefreshRequest>());
                break;
            default:
                Request = Earlier(Request, reader.Object<SubRefreshRequest>());
                break;
        }
    }

    // One is expected; of several the first counts. The others are read all the same.
    private static IRequest? Earlier(IRequest? earlier, IRequest? later) => earlier ?? later;
}

/// <summary>The request of a command.</summary>
internal interface IRequest;
