namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>The application's answer.</summary>
internal sealed class RpcResult : DataBody, IWireObject<RpcResult>, IReplyContent;

/// <summary>The connection's new token is taken.</summary>
internal sealed class RefreshResult : IWireObject<RefreshResult>, IReplyContent
{
    public static FieldNames Names { get; } = new((1, "client"), (2, "version"), (3, "expires"), (4, "ttl"));

    public string Client { get; set; } = "";

    public string Version { get; set; } = "";

    public bool Expires { get; set; }

    /// <summary>Seconds after which a new token is needed.</summary>
    public uint Ttl { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text(1, Client);
        writer.Text(2, Version);
        writer.Flag(3, Expires);
        writer.Number(4, Ttl);
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
            default:
                Ttl = reader.Number();
                break;
        }
    }
}

/// <summary>The subscription's new token is taken.</summary>
internal sealed class SubRefreshResult : ExpiryBody, IWireObject<SubRefreshResult>, IReplyContent;
