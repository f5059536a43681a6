using System.Text;

namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>Writes objects as JSON.</summary>
internal struct JsonFieldWriter(ByteBuffer output) : IFieldWriter
{
    // Of the object that is being written.
    private FieldNames? _names;
    private bool _hasFields;

    public void WriteObject<T>(T value)
        where T : class, IWireObject<T>, new()
    {
        var (names, hasFields) = (_names, _hasFields);
        (_names, _hasFields) = (T.Names, false);
        output.WriteByte((byte)'{');
        value.Write(ref this);
        output.WriteByte((byte)'}');
        (_names, _hasFields) = (names, hasFields);
    }

    /// <inheritdoc/>
    public void Number(int field, long value, bool always = false)
    {
        if (value != 0 || always)
        {
            Begin(field);
            output.WriteDecimal(value);
        }
    }

    /// <inheritdoc/>
    public void Flag(int field, bool value)
    {
        if (value)
        {
            Begin(field);
            output.Write("true"u8);
        }
    }

    /// <inheritdoc/>
    public void Text(int field, string? value, bool always = false)
    {
        if (!string.IsNullOrEmpty(value) || always)
        {
            Begin(field);
            WriteText(value ?? "");
        }
    }

    /// <inheritdoc/>
    public void Text(int field, byte[]? value)
    {
        if (value is { Length: > 0 })
        {
            Begin(field);
            WriteText(value);
        }
    }

    /// <inheritdoc/>
    public void Data(int field, Payload value)
    {
        if (value.Bytes is not null)
        {
            Begin(field);
            value.WriteJson(output);
        }
    }

    /// <inheritdoc/>
    public void Object<T>(int field, T? value)
        where T : class, IWireObject<T>, new()
    {
        if (value is not null)
        {
            Begin(field);
            WriteObject(value);
        }
    }

    /// <inheritdoc/>
    public void List<T>(int field, IReadOnlyList<T>? values, bool always = false)
        where T : class, IWireObject<T>, new()
    {
        if (values is { Count: > 0 } || always)
        {
            Begin(field);
            output.WriteByte((byte)'[');
            for (var i = 0; i < values?.Count; i++)
            {
                Separate(i);
                WriteObject(values[i]);
            }

            output.WriteByte((byte)']');
        }
    }

    /// <inheritdoc/>
    public void List(int field, IReadOnlyList<string>? values)
    {
        if (values is { Count: > 0 })
        {
            Begin(field);
            output.WriteByte((byte)'[');
            for (var i = 0; i < values.Count; i++)
            {
                Separate(i);
                WriteText(values[i]);
            }

            output.WriteByte((byte)']');
        }
    }

    /// <inheritdoc/>
    public void Map<T>(int field, IReadOnlyList<KeyValuePair<byte[], T>>? values, bool always = false)
        where T : class, IWireObject<T>, new()
    {
        if (values is { Count: > 0 } || always)
        {
            Begin(field);
            output.WriteByte((byte)'{');
            for (var i = 0; i < values?.Count; i++)
            {
                Separate(i);
                WriteText(values[i].Key);
                output.WriteByte((byte)':');
                WriteObject(values[i].Value);
            }

            output.WriteByte((byte)'}');
        }
    }

    /// <inheritdoc/>
    public void Map(int field, IReadOnlyList<KeyValuePair<string, string>>? values)
    {
        if (values is { Count: > 0 })
        {
            Begin(field);
            output.WriteByte((byte)'{');
            for (var i = 0; i < values.Count; i++)
            {
                Separate(i);
                WriteText(values[i].Key);
                output.WriteByte((byte)':');
                WriteText(values[i].Value);
            }

            output.WriteByte((byte)'}');
        }
    }

    private void Begin(int field)
    {
        if (_hasFields)
        {
            output.WriteByte((byte)',');
        }

        _hasFields = true;
        output.Write(_names!.BeginningOf(field));
    }

    private readonly void Separate(int i)
    {
        if (i > 0)
        {
            output.WriteByte((byte)',');
        }
    }

    private readonly void WriteText(string text)
    {
        const int Few = 256;
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var bytes = most <= Few ? stackalloc byte[Few] : new byte[most];
        WriteText(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    private readonly void WriteText(ReadOnlySpan<byte> text)
    {
        output.WriteByte((byte)'"');
        JsonText.Write(text, inScript: false, output);
        output.WriteByte((byte)'"');
    }
}
