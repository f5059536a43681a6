namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>A reply of the server: the answer to a command, a push, or, with nothing in it, a ping.</summary>
internal sealed class Reply : IWireObject<Reply>
{
    public static FieldNames Names { get; } = new(
        (1, "id"), (2, "error"), (4, "push"), (5, "connect"), (6, "subscribe"), (7, "unsubscribe"), (8, "publish"),
        (9, "presence"), (10, "presence_stats"), (11, "history"), (12, "ping"), (13, "rpc"), (14, "refresh"),
        (15, "sub_refresh"));

    /// <summary>The command's; 0 for a push and a ping.</summary>
    public uint Id { get; set; }

    public WireError? Error { get; set; }

    /// <summary>Null with an error, and in a ping.</summary>
    public IReplyContent? Content { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Number(1, Id);
        writer.Object(2, Error);
        switch (Content)
        {
            case Push content:
                writer.Object(4, content);
                break;
            case ConnectResult content:
                writer.Object(5, content);
                break;
            case SubscribeResult content:
                writer.Object(6, content);
                break;
            case UnsubscribeResult content:
                writer.Object(7, content);
                break;
            case PublishResult content:
                writer.Object(8, content);
                break;
            case PresenceResult content:
                writer.Object(9, content);
                break;
            case PresenceStatsResult content:
                writer.Object(10, content);
                break;
            case HistoryResult content:
                writer.Object(11, content);
                break;
            case PingResult content:
                writer.Object(12, content);
                break;
            case RpcResult content:
                writer.Object(13, content);
                break;
            case RefreshResult content:
                writer.Object(14, content);
                break;
            case SubRefreshResult content:
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
            case 2:
                Error = reader.Object<WireError>();
                break;
            case 4:
                Content = Earlier(Content, reader.Object<Push>());
                break;
            case 5:
                Content = Earlier(Content, reader.Object<ConnectResult>());
                break;
            case 6:
                Content = Earlier(Content, reader.Object<SubscribeResult>());
                break;
            case 7:
                Content = Earlier(Content, reader.Object<UnsubscribeResult>());
                break;
            case 8:
                Content = Earlier(Content, reader.Object<PublishResult>());
                break;
            case 9:
                Content = Earlier(Content, reader.Object<PresenceResult>());
                break;
            case 10:
                Content = Earlier(Content, reader.Object<PresenceStatsResult>());
                break;
            case 11:
                Content = Earlier(Content, reader.Object<HistoryResult>());
                break;
            case 12:
                Content = Earlier(Content, reader.Object<PingResult>());
                break;
            case 13:
                Content = Earlier(Content, reader.Object<RpcResult>());
                break;
            case 14:
                Content = Earlier(Content, reader.Object<RefreshResult>());
                break;
            default:
                Content = Earlier(Content, reader.Object<SubRefreshResult>());
                break;
        }
    }

    // One is expected; of several the first counts. The others are read all the same.
    private static IReplyContent? Earlier(IReplyContent? earlier, IReplyContent? later) => earlier ?? later;
}

/// <summary>The content of a reply: the result of a command, or a push.</summary>
internal interface IReplyContent;
