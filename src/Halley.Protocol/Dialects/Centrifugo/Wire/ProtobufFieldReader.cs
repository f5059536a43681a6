using System.Text;
using System.Text.Unicode;

namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>Reads an object in Protobuf. Fields of other numbers are passed over.</summary>
internal ref struct ProtobufFieldReader(ReadOnlySpan<byte> bytes) : IFieldReader
{
    // What is left of the object that is being read, and the type of the field that is next.
    private ReadOnlySpan<byte> _rest = bytes;
    private WireType _type;
    private int _depth;
    private int _items;

    public WireFault Fault { get; private set; }

    /// <returns>Null where it is faulty.</returns>
    public T? ReadWhole<T>()
        where T : class, IWireObject<T>, new()
    {
        var value = ReadFields<T>();
        return Fault == WireFault.None ? value : null;
    }

    /// <inheritdoc/>
    public uint Number() => (uint)TakeNumber();

    /// <inheritdoc/>
    public long Offset() => (long)Math.Min(TakeNumber(), long.MaxValue);

    /// <inheritdoc/>
    public long Signed() => (long)TakeNumber();

    /// <inheritdoc/>
    public bool Flag() => TakeNumber() != 0;

    /// <inheritdoc/>
    public string Text() => Encoding.UTF8.GetString(TakeText());

    /// <inheritdoc/>
    public byte[] TextBytes() => TakeText().ToArray();

    /// <inheritdoc/>
    public Payload Data() => TakeBytes().ToArray();

    /// <inheritdoc/>
    public T? Object<T>()
        where T : class, IWireObject<T>, new()
    {
        var body = TakeBytes();
        var rest = Enter(body);
        var value = ReadFields<T>();
        Leave(rest);
        return value;
    }

    /// <inheritdoc/>
    public List<T>? List<T>(List<T>? values)
        where T : class, IWireObject<T>, new()
    {
        if (Object<T>() is { } value)
        {
            (values ??= []).Add(value);
        }

        return values;
    }

    /// <inheritdoc/>
    public List<string>? List(List<string>? values)
    {
        Count();
        (values ??= []).Add(Text());
        return values;
    }

    /// <inheritdoc/>
    public List<KeyValuePair<byte[], T>>? Map<T>(List<KeyValuePair<byte[], T>>? values)
        where T : class, IWireObject<T>, new()
    {
        var rest = Enter(TakeBytes());
        var (key, value) = (Array.Empty<byte>(), default(T));
        while (Next(out var field))
        {
            switch (field)
            {
                case MapEntry.Key:
                    key = TextBytes();
                    break;
                case MapEntry.Value:
                    value = Object<T>();
                    break;
                default:
                    Skip();
                    break;
            }
        }

        Leave(rest);
        (values ??= []).Add(new(key, value ?? new T()));
        return values;
    }

    /// <inheritdoc/>
    public List<KeyValuePair<string, string>>? Map(List<KeyValuePair<string, string>>? values)
    {
        var rest = Enter(TakeBytes());
        var (key, value) = ("", "");
        while (Next(out var field))
        {
            switch (field)
            {
                case MapEntry.Key:
                    key = Text();
                    break;
                case MapEntry.Value:
                    value = Text();
                    break;
                default:
                    Skip();
                    break;
            }
        }

        Leave(rest);
        (values ??= []).Add(new(key, value));
        return values;
    }

    private T ReadFields<T>()
        where T : class, IWireObject<T>, new()
    {
        var value = new T();
        while (Next(out var field))
        {
            if (T.Names.Has(field))
            {
                value.Read(ref this, field);
            }
            else
            {
                Skip();
            }
        }

        return value;
    }

    // Goes into an object; returns what is left of the one around it.
    private ReadOnlySpan<byte> Enter(ReadOnlySpan<byte> body)
    {
        var rest = _rest;
        _rest = body;
        Count();
        if (++_depth > WireLimits.Depth)
        {
            Fail(WireFault.TooDeep);
        }

        return rest;
    }

    private void Leave(ReadOnlySpan<byte> rest)
    {
        _rest = rest;
        _depth--;
    }

    // The number of the next field. None follows a fault.
    private bool Next(out int field)
    {
        field = 0;
        if (Fault != WireFault.None || _rest.IsEmpty)
        {
            return false;
        }

        if (!Varint.TryRead(ref _rest, out var tag) || tag is < 8 or > uint.MaxValue)
        {
            Fail(WireFault.Malformed);
            return false;
        }

        field = (int)(tag >> 3);
        _type = (WireType)(tag & 7);
        return true;
    }

    private void Skip()
    {
        switch (_type)
        {
            case WireType.Varint:
                TakeNumber();
                break;
            case WireType.Bytes:
                TakeBytes();
                break;
            case WireType.Fixed32:
                Take(sizeof(uint));
                break;
            case WireType.Fixed64:
                Take(sizeof(ulong));
                break;
            default:
                Fail(WireFault.Malformed);
                break;
        }
    }

    private ulong TakeNumber()
    {
        if (_type == WireType.Varint && Varint.TryRead(ref _rest, out var value))
        {
            return value;
        }

        Fail(WireFault.Malformed);
        return 0;
    }

    private ReadOnlySpan<byte> TakeText()
    {
        var text = TakeBytes();
        if (!Utf8.IsValid(text))
        {
            Fail(WireFault.NotUtf8);
        }

        return text;
    }

    private ReadOnlySpan<byte> TakeBytes()
    {
        if (_type == WireType.Bytes && Varint.TryRead(ref _rest, out var length))
        {
            return Take(length);
        }

        Fail(WireFault.Malformed);
        return default;
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            Fail(WireFault.Malformed);
            return default;
        }

        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private void Count()
    {
        if (++_items > WireLimits.Items)
        {
            Fail(WireFault.TooMany);
        }
    }

    private void Fail(WireFault fault) => Fault = Fault == WireFault.None ? fault : Fault;
}
