using System.Text;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>
/// Writes objects as Protobuf. The length stands before what it is the length of, so <see cref="ProtobufSize"/> goes
/// through an object first.
/// </summary>
internal readonly struct ProtobufFieldWriter(ByteBuffer output) : IFieldWriter
{
    /// <summary>An object with its length before it.</summary>
    public void WriteObject<T>(T value)
        where T : class, IWireObject<T>, new()
    {
        Varint.Write((ulong)ProtobufSize.Of(value), output);
        var self = this;
        value.Write(ref self);
    }

    /// <inheritdoc/>
    public void Number(int field, long value, bool always = false)
    {
        if (value != 0)
        {
            Begin(field, WireType.Varint);
            Varint.Write((ulong)value, output);
        }
    }

    /// <inheritdoc/>
    public void Flag(int field, bool value) => Number(field, value ? 1 : 0);

    /// <inheritdoc/>
    public void Text(int field, string? value, bool always = false)
    {
        if (!string.IsNullOrEmpty(value))
        {
            WriteText(field, value);
        }
    }

    /// <inheritdoc/>
    public void Text(int field, byte[]? value)
    {
        if (value is { Length: > 0 })
        {
            WriteText(field, value);
        }
    }

    /// <inheritdoc/>
    public void Data(int field, Payload value)
    {
        if (value.Bytes is { Length: > 0 })
        {
            var bytes = value.Unescaped();
            Begin(field, bytes.Length);
            if (bytes.Length < LargeMessages.Least)
            {
                output.Write(bytes);
            }
            else
            {
                output.Share(bytes);
            }
        }
    }

    /// <inheritdoc/>
    public void Object<T>(int field, T? value)
        where T : class, IWireObject<T>, new()
    {
        if (value is not null)
        {
            Begin(field, WireType.Bytes);
            WriteObject(value);
        }
    }

    /// <inheritdoc/>
    public void List<T>(int field, IReadOnlyList<T>? values, bool always = false)
        where T : class, IWireObject<T>, new()
    {
        for (var i = 0; i < values?.Count; i++)
        {
            Object(field, values[i]);
        }
    }

    /// <inheritdoc/>
    public void List(int field, IReadOnlyList<string>? values)
    {
        for (var i = 0; i < values?.Count; i++)
        {
            WriteText(field, values[i]);
        }
    }

    /// <inheritdoc/>
    public void Map<T>(int field, IReadOnlyList<KeyValuePair<byte[], T>>? values, bool always = false)
        where T : class, IWireObject<T>, new()
    {
        for (var i = 0; i < values?.Count; i++)
        {
            var (key, value) = values[i];
            Begin(field, ProtobufSize.OfEntry(key, value));
            WriteText(MapEntry.Key, key);
            Object(MapEntry.Value, value);
        }
    }

    /// <inheritdoc/>
    public void Map(int field, IReadOnlyList<KeyValuePair<string, string>>? values)
    {
        for (var i = 0; i < values?.Count; i++)
        {
            var (key, value) = values[i];
            Begin(field, ProtobufSize.OfEntry(key, value));
            WriteText(MapEntry.Key, key);
            WriteText(MapEntry.Value, value);
        }
    }

    private void WriteText(int field, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Begin(field, length);
        Encoding.UTF8.GetBytes(text, output.GetSpan(length));
        output.Advance(length);
    }

    private void WriteText(int field, ReadOnlySpan<byte> text)
    {
        text = Utf8Text.Mend(text);
        Begin(field, text.Length);
        output.Write(text);
    }

    private void Begin(int field, int length)
    {
        Begin(field, WireType.Bytes);
        Varint.Write((ulong)length, output);
    }

    private void Begin(int field, WireType type) => Varint.Write(((ulong)field << 3) | (byte)type, output);
}

/// <summary>The kind of value behind a field's number.</summary>
internal enum WireType : byte
{
    Varint = 0,
    Fixed64 = 1,

    /// <summary>A length, and so many bytes: text, bytes, an object.</summary>
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>The fields of a map's entry.</summary>
internal static class MapEntry
{
    public const int Key = 1;
    public const int Value = 2;
}
