using System.Text.Unicode;

namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>The protocol as JSON: an object on each line.</summary>
internal sealed class JsonCodec : IWireCodec
{
    public static JsonCodec Instance { get; } = new();

    /// <inheritdoc/>
    public bool IsText => true;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Separator => "\n"u8;

    /// <inheritdoc/>
    public void Write<T>(T value, ByteBuffer output)
        where T : class, IWireObject<T>, new() => new JsonFieldWriter(output).WriteObject(value);

    /// <inheritdoc/>
    public WireFault Read<T>(ref ReadOnlySpan<byte> frame, out T? value)
        where T : class, IWireObject<T>, new()
    {
        var end = frame.IndexOf((byte)'\n');
        var line = end < 0 ? frame : frame[..end];
        frame = end < 0 ? default : frame[(end + 1)..];
        return ReadWhole(line, out value);
    }

    /// <inheritdoc/>
    public WireFault ReadEmulation(ReadOnlySpan<byte> body, out EmulationRequest? request)
    {
        var fault = ReadWhole(body, out request);
        if (request is null)
        {
            return fault;
        }

        // The frame of commands stands in a string.
        if (request.Data.Bytes is not [(byte)'"', .. var escaped, (byte)'"'])
        {
            request = null;
            return WireFault.Malformed;
        }

        request.Data = new Payload(new Payload(escaped, PayloadForm.EscapedText).Unescaped());
        return WireFault.None;
    }

    private static WireFault ReadWhole<T>(ReadOnlySpan<byte> json, out T? value)
        where T : class, IWireObject<T>, new()
    {
        value = null;
        if (!Utf8.IsValid(json))
        {
            return WireFault.NotUtf8;
        }

        if (!JsonCheck.IsValue(json))
        {
            return WireFault.Malformed;
        }

        var reader = new JsonFieldReader(json);
        value = reader.ReadWhole<T>();
        return reader.Fault;
    }
}
