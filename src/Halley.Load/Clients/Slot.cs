using Halley.Load.Wire;

namespace Halley.Load.Clients;

/// <summary>One subscriber of a <see cref="Swarm"/>: 32 bytes.</summary>
internal struct Slot
{
    public int Descriptor;

    public State State;

    public bool IsHeld;

    /// <summary>The server said that it closes the connection after this answer.</summary>
    public bool ClosesAfterAnswer;

    public Body Body;
}

/// <summary>The event that a subscriber waits for.</summary>
internal enum State : byte
{
    /// <summary>Nothing: it is not connected.</summary>
    Away,

    /// <summary>The head of an answer.</summary>
    Head,

    /// <summary>The other side's part of a protocol's opening.</summary>
    Opening,

    /// <summary>Messages.</summary>
    Body,
}
