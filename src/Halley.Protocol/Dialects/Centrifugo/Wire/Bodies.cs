namespace Halley.Protocol.Dialects.Centrifugo.Wire;

// The fields that several objects of the protocol have alone.

/// <summary>An object without fields.</summary>
internal abstract class EmptyBody
{
    public static FieldNames Names { get; } = new();

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
    }

    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
    }
}

/// <summary>An object that names a channel.</summary>
internal abstract class ChannelBody
{
    public static FieldNames Names { get; } = new((1, "channel"));

    public byte[] Channel { get; set; } = [];

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text(1, Channel);
    }

    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        Channel = reader.TextBytes();
    }
}

/// <summary>An object with what the application says.</summary>
internal abstract class DataBody
{
    public static FieldNames Names { get; } = new((1, "data"));

    public Payload Data { get; set; }

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Data(1, Data);
    }

    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        Data = reader.Data();
    }
}

/// <summary>An object with who a client is.</summary>
internal abstract class ClientInfoBody
{
    public static FieldNames Names { get; } = new((1, "info"));

    public ClientInfo? Info { get; set; }

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Object(1, Info);
    }

    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        Info = reader.Object<ClientInfo>();
    }
}

/// <summary>An object that says how long something is allowed.</summary>
internal abstract class ExpiryBody
{
    public static FieldNames Names { get; } = new((1, "expires"), (2, "ttl"));

    public bool Expires { get; set; }

    /// <summary>Seconds after which a new token is needed.</summary>
    public uint Ttl { get; set; }

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Flag(1, Expires);
        writer.Number(2, Ttl);
    }

    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Expires = reader.Flag();
                break;
            default:
                Ttl = reader.Number();
                break;
        }
    }
}
