namespace Halley.Nodes;

/// <summary>What a node does, as it tells the others.</summary>
public enum NodeStage : byte
{
    /// <summary>It has begun, and finds out which of the others are there.</summary>
    Waiting,

    /// <summary>It wants its channels: those who have them are to give them up.</summary>
    Joining,

    /// <summary>It has its channels.</summary>
    Serving,

    /// <summary>It has given its channels up, and passes on what still comes.</summary>
    Draining,

    /// <summary>It stops.</summary>
    Leaving,
}
