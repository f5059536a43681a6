using Halley.Load.Clients;
using Halley.Load.Server;
using Halley.Load.Wire;

namespace Halley.Load.Measures;

/// <summary>The server under measurement: how to talk to it, and its processes.</summary>
internal sealed record Target
{
    public required SubscriptionPlan Subscribers { get; init; }

    public required PublishPlan Publishers { get; init; }

    public required ServerProcess Server { get; init; }

    /// <summary>The server's name in the result.</summary>
    public required string Label { get; init; }

    /// <summary>The number of rounds to measure.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>The program that looks into the heap of a .NET server; empty: nobody looks.</summary>
    public string HeapProgram { get; init; } = "";

    public bool CountsHeap => HeapProgram.Length > 0;

    public string TransportName => TransportNames.Of(Subscribers.Transport);

    public HeapProgram? OpenHeap() => CountsHeap ? new HeapProgram(HeapProgram, Server) : null;
}
