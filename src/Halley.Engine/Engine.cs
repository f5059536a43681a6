using System.Net;
using Microsoft.Extensions.Logging;

namespace Halley.Engine;

/// <summary>All reactors of this process and what they listen on.</summary>
public sealed class Engine : IDisposable
{
    public Engine(EngineOptions options, IReadOnlyList<ListenerOptions> listeners, TimeProvider time, ILogger<Engine> logger)
    {
        _ = (options, listeners, time, logger);
        EndPoints = [.. listeners.Select(listener => listener.EndPoint)];
    }

    /// <summary>Where the engine listens, in the order of the listeners given: with the port the kernel chose where 0 was asked for.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>Binds every listener and starts the reactors.</summary>
    /// <exception cref="ListenException">An address cannot be listened on; nothing runs then.</exception>
    public void Start()
    {
    }

    /// <summary>Closes every connection and ends the reactors; returns when they have ended.</summary>
    public void Dispose()
    {
    }
}
