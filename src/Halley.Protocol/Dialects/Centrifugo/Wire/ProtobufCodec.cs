namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>The protocol as Protobuf: before each object stands its length.</summary>
internal sealed class ProtobufCodec : IWireCodec
{
    public static ProtobufCodec Instance { get; } = new();

    /// <inheritdoc/>
    public bool IsText => false;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Separator => default;

    /// <inheritdoc/>
    public void Write<T>(T value, ByteBuffer output)
        where T : class, IWireObject<T>, new() => new ProtobufFieldWriter(output).WriteObject(value);

    /// <inheritdoc/>
    public WireFault Read<T>(ref ReadOnlySpan<byte> frame, out T? value)
        where T : class, IWireObject<T>, new()
    {
        value = null;
        if (!Varint.TryRead(ref frame, out var length) || length > (ulong)frame.Length)
        {
            frame = default;
            return WireFault.Malformed;
        }

        var body = frame[..(int)length];
        frame = frame[(int)length..];
        return ReadWhole(body, out value);
    }

    /// <inheritdoc/>
    public WireFault ReadEmulation(ReadOnlySpan<byte> body, out EmulationRequest? request) =>
        ReadWhole(body, out request);

    private static WireFault ReadWhole<T>(ReadOnlySpan<byte> body, out T? value)
        where T : class, IWireObject<T>, new()
    {
        var reader = new ProtobufFieldReader(body);
        value = reader.ReadWhole<T>();
        return reader.Fault;
    }
}
