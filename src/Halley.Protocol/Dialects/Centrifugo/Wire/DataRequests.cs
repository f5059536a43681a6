namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>A client publishes to a channel.</summary>
internal sealed class PublishRequest : IWireObject<PublishRequest>, IRequest
{
    public static FieldNames Names { get; } = new((1, "channel"), (2, "data"), (3, "type"));

    public byte[] Channel { get; set; } = [];

    public Payload Data { get; set; }

    /// <summary>0 for a channel of messages.</summary>
    public long Type { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text(1, Channel);
        writer.Data(2, Data);
        writer.Number(3, Type);
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
                Data = reader.Data();
                break;
            default:
                Type = reader.Signed();
                break;
        }
    }
}

/// <summary>A client says something to the application, and waits for no answer.</summary>
internal sealed class SendRequest : DataBody, IWireObject<SendRequest>, IRequest;

/// <summary>A client asks the application something.</summary>
internal sealed class RpcRequest : IWireObject<RpcRequest>, IRequest
{
    public static FieldNames Names { get; } = new((1, "data"), (2, "method"));

    public Payload Data { get; set; }

    public string Method { get; set; } = "";

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Data(1, Data);
        writer.Text(2, Method);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Data = reader.Data();
                break;
            default:
                Method = reader.Text();
                break;
        }
    }
}
