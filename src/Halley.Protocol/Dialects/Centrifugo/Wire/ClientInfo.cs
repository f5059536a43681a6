namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>A client as others see it.</summary>
internal sealed class ClientInfo : IWireObject<ClientInfo>
{
    public static FieldNames Names { get; } = new((1, "user"), (2, "client"), (3, "conn_info"), (4, "chan_info"));

    public string User { get; set; } = "";

    /// <summary>The connection's id.</summary>
    public string Client { get; set; } = "";

    public Payload ConnectionInfo { get; set; }

    public Payload ChannelInfo { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text(1, User, always: true);
        writer.Text(2, Client, always: true);
        writer.Data(3, ConnectionInfo);
        writer.Data(4, ChannelInfo);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                User = reader.Text();
                break;
            case 2:
                Client = reader.Text();
                break;
            case 3:
                ConnectionInfo = reader.Data();
                break;
            default:
                ChannelInfo = reader.Data();
                break;
        }
    }
}
