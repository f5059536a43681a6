namespace Halley.Protocol.Positions;

/// <summary>The bytes around each JSON object in a transport, and whether one object is the whole answer.</summary>
/// <param name="InScript">Whether the objects stand in a page's script.</param>
/// <param name="IsPoll">Whether an answer ends with its first object.</param>
internal sealed record ObjectPieces(byte[] Before, byte[] After, bool InScript = false, bool IsPoll = false)
{
    public static ObjectPieces Poll { get; } = new([], "\n"u8.ToArray(), IsPoll: true);

    public static ObjectPieces Stream { get; } = new([], "\n"u8.ToArray());

    public static ObjectPieces Events { get; } = new("data: "u8.ToArray(), "\n\n"u8.ToArray()) { IsEventStream = true };

    /// <summary>A message of the WebSocket for each object, with nothing around it.</summary>
    public static ObjectPieces WebSocket { get; } = new([], []);

    /// <summary>Whether one format serves all subscribers of its kind.</summary>
    public bool IsShared { get; private init; } = true;

    public bool IsEventStream { get; private init; }

    /// <summary>A poll whose answer calls a function of the page, which is this client's alone.</summary>
    public static ObjectPieces Jsonp(ReadOnlySpan<byte> callback) =>
        new([.. callback, (byte)'('], ");\n"u8.ToArray(), InScript: true, IsPoll: true) { IsShared = false };
}
