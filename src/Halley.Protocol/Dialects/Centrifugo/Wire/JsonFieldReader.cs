using System.Text;
using System.Text.Json;

namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>Reads an object of what is known to be JSON, and UTF-8. Fields of other names are passed over.</summary>
internal ref struct JsonFieldReader(ReadOnlySpan<byte> json) : IFieldReader
{
    private readonly ReadOnlySpan<byte> _json = json;
    private Utf8JsonReader _reader = new(json);
    private int _depth;
    private int _items;

    public WireFault Fault { get; private set; }

    /// <returns>Null where it is faulty.</returns>
    public T? ReadWhole<T>()
        where T : class, IWireObject<T>, new()
    {
        _reader.Read();
        var value = Object<T>();
        if (value is null)
        {
            Fail(WireFault.Malformed);
        }

        return Fault == WireFault.None ? value : null;
    }

    /// <inheritdoc/>
    public uint Number()
    {
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetUInt32(out var value))
        {
            return value;
        }

        FailUnlessNull();
        return 0;
    }

    /// <inheritdoc/>
    public long Offset()
    {
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetUInt64(out var value))
        {
            return (long)Math.Min(value, long.MaxValue);
        }

        FailUnlessNull();
        return 0;
    }

    /// <inheritdoc/>
    public long Signed()
    {
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out var value))
        {
            return value;
        }

        FailUnlessNull();
        return 0;
    }

    /// <inheritdoc/>
    public bool Flag()
    {
        if (_reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
        {
            FailUnlessNull();
        }

        return _reader.TokenType == JsonTokenType.True;
    }

    /// <inheritdoc/>
    public string Text() => Encoding.UTF8.GetString(TextBytes());

    /// <inheritdoc/>
    public byte[] TextBytes()
    {
        if (_reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
        {
            return new Payload(_reader.ValueSpan.ToArray(), PayloadForm.EscapedText).Unescaped();
        }

        FailUnlessNull();
        return [];
    }

    /// <inheritdoc/>
    public Payload Data()
    {
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return _json[start..(int)_reader.BytesConsumed].ToArray();
    }

    /// <inheritdoc/>
    public T? Object<T>()
        where T : class, IWireObject<T>, new()
    {
        if (!Begin(JsonTokenType.StartObject))
        {
            return null;
        }

        var value = new T();
        _depth++;
        while (Next() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var field = T.Names.Find(_reader.ValueSpan);
            _reader.Read();
            if (field > 0)
            {
                value.Read(ref this, field);
            }
            else
            {
                _reader.Skip();
            }
        }

        _depth--;
        return value;
    }

    /// <inheritdoc/>
    public List<T>? List<T>(List<T>? values)
        where T : class, IWireObject<T>, new()
    {
        if (Begin(JsonTokenType.StartArray))
        {
            while (Next() && _reader.TokenType != JsonTokenType.EndArray)
            {
                if (Object<T>() is { } value)
                {
                    (values ??= []).Add(value);
                }
            }
        }

        return values;
    }

    /// <inheritdoc/>
    public List<string>? List(List<string>? values)
    {
        if (Begin(JsonTokenType.StartArray))
        {
            while (Next() && _reader.TokenType != JsonTokenType.EndArray)
            {
                Count();
                (values ??= []).Add(Text());
            }
        }

        return values;
    }

    /// <inheritdoc/>
    public List<KeyValuePair<byte[], T>>? Map<T>(List<KeyValuePair<byte[], T>>? values)
        where T : class, IWireObject<T>, new()
    {
        if (Begin(JsonTokenType.StartObject))
        {
            while (Next() && _reader.TokenType != JsonTokenType.EndObject)
            {
                var key = TextBytes();
                _reader.Read();
                if (Object<T>() is { } value)
                {
                    (values ??= []).Add(new(key, value));
                }
            }
        }

        return values;
    }

    /// <inheritdoc/>
    public List<KeyValuePair<string, string>>? Map(List<KeyValuePair<string, string>>? values)
    {
        if (Begin(JsonTokenType.StartObject))
        {
            while (Next() && _reader.TokenType != JsonTokenType.EndObject)
            {
                Count();
                var key = Text();
                _reader.Read();
                (values ??= []).Add(new(key, Text()));
            }
        }

        return values;
    }

    // Whether there is something to go through, which counts.
    private bool Begin(JsonTokenType type)
    {
        if (_reader.TokenType != type)
        {
            FailUnlessNull();
            return false;
        }

        if (_depth >= WireLimits.Depth)
        {
            Fail(WireFault.TooDeep);
        }

        Count();
        return Fault == WireFault.None;
    }

    private bool Next() => Fault == WireFault.None && _reader.Read();

    private void Count()
    {
        if (++_items > WireLimits.Items)
        {
            Fail(WireFault.TooMany);
        }
    }

    private void FailUnlessNull()
    {
        if (_reader.TokenType != JsonTokenType.Null)
        {
            Fail(WireFault.Malformed);
        }
    }

    private void Fail(WireFault fault) => Fault = Fault == WireFault.None ? fault : Fault;
}
