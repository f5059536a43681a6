namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>One of the forms in which the protocol is spoken. Has no state; any thread.</summary>
internal interface IWireCodec
{
    /// <summary>Whether it is text, on a WebSocket too.</summary>
    bool IsText { get; }

    /// <summary>The bytes between two objects in one frame.</summary>
    ReadOnlySpan<byte> Separator { get; }

    /// <summary>Writes an object so that another may follow it, after the separator.</summary>
    void Write<T>(T value, ByteBuffer output)
        where T : class, IWireObject<T>, new();

    /// <summary>Reads the object at the front of a frame, and takes it off with the separator behind it.</summary>
    /// <param name="value">Null where it is faulty.</param>
    WireFault Read<T>(ref ReadOnlySpan<byte> frame, out T? value)
        where T : class, IWireObject<T>, new();

    /// <summary>
    /// Reads the body of a request to the emulation endpoint, whose data is a frame of commands in this form.
    /// </summary>
    WireFault ReadEmulation(ReadOnlySpan<byte> body, out EmulationRequest? request);
}

/// <summary>The fault of something received.</summary>
internal enum WireFault
{
    None,

    /// <summary>It is no JSON or Protobuf, or ends too soon, or has a value of another kind than its field.</summary>
    Malformed,

    /// <summary>A text is no UTF-8.</summary>
    NotUtf8,

    /// <summary>Objects stand in one another too deeply.</summary>
    TooDeep,

    /// <summary>It has more objects and entries than are taken.</summary>
    TooMany,
}

/// <summary>The limits of one object that is received, whatever its length.</summary>
internal static class WireLimits
{
    /// <summary>
    /// The depth to which objects may stand in one another: a filter needs a level for each "and" in an "or".
    /// </summary>
    public const int Depth = 32;

    /// <summary>
    /// Objects, entries and texts in lists, all together. In Protobuf each can be two bytes long, and takes some 100
    /// of memory.
    /// </summary>
    public const int Items = 16_384;
}
