namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>The subscribers of a channel, by the ids of connections.</summary>
internal sealed class PresenceResult : IWireObject<PresenceResult>, IReplyContent
{
    public static FieldNames Names { get; } = new((1, "presence"));

    public List<KeyValuePair<byte[], ClientInfo>>? Presence { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Map(1, Presence, always: true);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        Presence = reader.Map(Presence);
    }
}

/// <summary>The numbers of a channel's subscribers.</summary>
internal sealed class PresenceStatsResult : IWireObject<PresenceStatsResult>, IReplyContent
{
    public static FieldNames Names { get; } = new((1, "num_clients"), (2, "num_users"));

    public uint Clients { get; set; }

    public uint Users { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Number(1, Clients, always: true);
        writer.Number(2, Users, always: true);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Clients = reader.Number();
                break;
            default:
                Users = reader.Number();
                break;
        }
    }
}
