namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>
/// A word of the server's that answers no command. Transports without commands have it alone, others in a <see
/// cref="Reply"/>.
/// </summary>
internal sealed class Push : IWireObject<Push>, IReplyContent
{
    public static FieldNames Names { get; } = new(
        (2, "channel"), (4, "pub"), (5, "join"), (6, "leave"), (7, "unsubscribe"), (8, "message"), (9, "subscribe"),
        (10, "connect"), (11, "disconnect"), (12, "refresh"));

    public byte[] Channel { get; set; } = [];

    /// <summary>The content.</summary>
    public IPushContent? Content { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text(2, Channel);
        switch (Content)
        {
            case WirePublication content:
                writer.Object(4, content);
                break;
            case JoinPush content:
                writer.Object(5, content);
                break;
            case LeavePush content:
                writer.Object(6, content);
                break;
            case UnsubscribePush content:
                writer.Object(7, content);
                break;
            case MessagePush content:
                writer.Object(8, content);
                break;
            case SubscribePush content:
                writer.Object(9, content);
                break;
            case ConnectPush content:
                writer.Object(10, content);
                break;
            case DisconnectPush content:
                writer.Object(11, content);
                break;
            case RefreshPush content:
                writer.Object(12, content);
                break;
        }
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 2:
                Channel = reader.TextBytes();
                break;
            case 4:
                Content = Earlier(Content, reader.Object<WirePublication>());
                break;
            case 5:
                Content = Earlier(Content, reader.Object<JoinPush>());
                break;
            case 6:
                Content = Earlier(Content, reader.Object<LeavePush>());
                break;
            case 7:
                Content = Earlier(Content, reader.Object<UnsubscribePush>());
                break;
            case 8:
                Content = Earlier(Content, reader.Object<MessagePush>());
                break;
            case 9:
                Content = Earlier(Content, reader.Object<SubscribePush>());
                break;
            case 10:
                Content = Earlier(Content, reader.Object<ConnectPush>());
                break;
            case 11:
                Content = Earlier(Content, reader.Object<DisconnectPush>());
                break;
            default:
                Content = Earlier(Content, reader.Object<RefreshPush>());
                break;
        }
    }

    // One is expected; of several the first counts. The others are read all the same.
    private static IPushContent? Earlier(IPushContent? earlier, IPushContent? later) => earlier ?? later;
}

/// <summary>The content of a push.</summary>
internal interface IPushContent;
