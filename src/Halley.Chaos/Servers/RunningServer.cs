using System.Net;
using Halley.Chaos.Clients;

namespace Halley.Chaos.Servers;

/// <summary>A server that runs already, and is none of ours: only connections to it fail.</summary>
/// <param name="addresses">By listener.</param>
internal sealed class RunningServer(
    string name,
    IReadOnlyDictionary<string, IPEndPoint> addresses,
    IReadOnlyList<Transport> transports,
    IReadOnlyList<PublisherKind> publishers) : Subject
{
    public override string Name => name;

    public override IReadOnlyList<FaultKind> Faults => [];

    public override IReadOnlyList<Transport> Transports => transports;

    public override IReadOnlyList<PublisherKind> Publishers => publishers;

    public override IReadOnlyList<IPEndPoint> Addresses(string listener) => [addresses[listener]];

    public override Task StartAsync() => Task.CompletedTask;

    public override Task InflictAsync(FaultKind fault, Random dice) => Task.CompletedTask;
}
