namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>The application says something to a client, outside of channels.</summary>
internal sealed class MessagePush : DataBody, IWireObject<MessagePush>, IPushContent;

/// <summary>The server ends the connection.</summary>
internal sealed class DisconnectPush : IWireObject<DisconnectPush>, IPushContent
{
    public static FieldNames Names { get; } = new((1, "code"), (2, "reason"), (3, "reconnect"));

    public uint Code { get; set; }

    public string Reason { get; set; } = "";

    public bool Reconnect { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Number(1, Code);
        writer.Text(2, Reason);
        writer.Flag(3, Reconnect);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Code = reader.Number();
                break;
            case 2:
                Reason = reader.Text();
                break;
            default:
                Reconnect = reader.Flag();
                break;
        }
    }
}

/// <summary>The application says how long the connection may stay.</summary>
internal sealed class RefreshPush : ExpiryBody, IWireObject<RefreshPush>, IPushContent;
