using System.Net;

namespace Halley.Chaos.Servers;

/// <summary>The server that faults come over.</summary>
internal abstract class Subject : IAsyncDisposable
{
    /// <summary>Its name in a report.</summary>
    public abstract string Name { get; }

    /// <summary>The faults of its processes, and of what they depend on; connections fail besides.</summary>
    public abstract IReadOnlyList<FaultKind> Faults { get; }

    public abstract IReadOnlyList<Clients.Transport> Transports { get; }

    /// <summary>The ways to publish, at addresses as of <see cref="Addresses"/>.</summary>
    public abstract IReadOnlyList<Clients.PublisherKind> Publishers { get; }

    /// <summary>Its addresses by name, one or, where several processes share the channels, more.</summary>
    public abstract IReadOnlyList<IPEndPoint> Addresses(string listener);

    /// <summary>Starts it, where it is ours.</summary>
    public abstract Task StartAsync();

    /// <summary>Does something to it, and returns when that is over.</summary>
    public abstract Task InflictAsync(FaultKind fault, Random dice);

    public virtual ValueTask DisposeAsync() => default;
}
