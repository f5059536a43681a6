namespace Halley.Load.Wire;

/// <summary>A piece taken from an answer's body.</summary>
internal enum Piece
{
    /// <summary>Nothing: more has to arrive first.</summary>
    None,

    /// <summary>Text that goes on.</summary>
    Text,

    /// <summary>Text up to the end of a chunk or a frame, where a server's message commonly ends.</summary>
    LastText,

    /// <summary>A WebSocket's ping: its bytes are to be sent back.</summary>
    Ping,

    /// <summary>The answer is over.</summary>
    End,
}
