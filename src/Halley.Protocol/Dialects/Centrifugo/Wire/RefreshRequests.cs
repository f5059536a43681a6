namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>A new token for the connection.</summary>
internal sealed class RefreshRequest : IWireObject<RefreshRequest>, IRequest
{
    public static FieldNames Names { get; } = new((1, "token"));

    public string Token { get; set; } = "";

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text(1, Token);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        Token = reader.Text();
    }
}

/// <summary>A new token for a subscription.</summary>
internal sealed class SubRefreshRequest : IWireObject<SubRefreshRequest>, IRequest
{
    public static FieldNames Names { get; } = new((1, "channel"), (2, "token"), (3, "type"));

    public byte[] Channel { get; set; } = [];

    public string Token { get; set; } = "";

    /// <summary>0 for a token.</summary>
    public long Type { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text(1, Channel);
        writer.Text(2, Token);
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
                Token = reader.Text();
                break;
            default:
                Type = reader.Signed();
                break;
        }
    }
}

/// <summary>A client asks whether the server is there.</summary>
internal sealed class PingRequest : EmptyBody, IWireObject<PingRequest>, IRequest;
