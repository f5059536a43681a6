using System.Text;

namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>Counts the bytes that <see cref="ProtobufFieldWriter"/> writes.</summary>
internal struct ProtobufSize : IFieldWriter
{
    private int _bytes;

    public static int Of<T>(T value)
        where T : class, IWireObject<T>, new()
    {
        var size = default(ProtobufSize);
        value.Write(ref size);
        return size._bytes;
    }

    public static int OfEntry<T>(byte[] key, T value)
        where T : class, IWireObject<T>, new()
    {
        var size = default(ProtobufSize);
        size.AddBytes(MapEntry.Key, Utf8Text.Mend(key).Length);
        size.Object(MapEntry.Value, value);
        return size._bytes;
    }

    public static int OfEntry(string key, string value)
    {
        var size = default(ProtobufSize);
        size.AddBytes(MapEntry.Key, Encoding.UTF8.GetByteCount(key));
        size.AddBytes(MapEntry.Value, Encoding.UTF8.GetByteCount(value));
        return size._bytes;
    }

    /// <inheritdoc/>
    public void Number(int field, long value, bool always = false) =>
        _bytes += value != 0 ? TagLength(field) + Varint.Length((ulong)value) : 0;

    /// <inheritdoc/>
    public void Flag(int field, bool value) => Number(field, value ? 1 : 0);

    /// <inheritdoc/>
    public void Text(int field, string? value, bool always = false)
    {
        if (!string.IsNullOrEmpty(value))
        {
            AddBytes(field, Encoding.UTF8.GetByteCount(value));
        }
    }

    /// <inheritdoc/>
    public void Text(int field, byte[]? value)
    {
        if (value is { Length: > 0 })
        {
            AddBytes(field, Utf8Text.Mend(value).Length);
        }
    }

    /// <inheritdoc/>
    public void Data(int field, Payload value)
    {
        if (value.Bytes is { Length: > 0 })
        {
            AddBytes(field, value.Unescaped().Length);
        }
    }

    /// <inheritdoc/>
    public void Object<T>(int field, T? value)
        where T : class, IWireObject<T>, new()
    {
        if (value is not null)
        {
            AddBytes(field, Of(value));
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
            AddBytes(field, Encoding.UTF8.GetByteCount(values[i]));
        }
    }

    /// <inheritdoc/>
    public void Map<T>(int field, IReadOnlyList<KeyValuePair<byte[], T>>? values, bool always = false)
        where T : class, IWireObject<T>, new()
    {
        for (var i = 0; i < values?.Count; i++)
        {
            AddBytes(field, OfEntry(values[i].Key, values[i].Value));
        }
    }

    /// <inheritdoc/>
    public void Map(int field, IReadOnlyList<KeyValuePair<string, string>>? values)
    {
        for (var i = 0; i < values?.Count; i++)
        {
            AddBytes(field, OfEntry(values[i].Key, values[i].Value));
        }
    }

    private void AddBytes(int field, int length) =>
        _bytes += TagLength(field) + Varint.Length((ulong)length) + length;

    private static int TagLength(int field) => Varint.Length((ulong)field << 3);
}
