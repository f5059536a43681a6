using System.Net;
using Halley.Protocol;
using Halley.Specifications.Hosts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Engine.Tests;

/// <summary>The engine as a host under test.</summary>
internal sealed class EngineHost(Engine engine) : IHost
{
    private bool _isStopped;

    public IPEndPoint EndPoint => (IPEndPoint)engine.EndPoints[0];

    public static Task<IHost> StartAsync(HostSetup setup, IRequestHandler handler)
    {
        var options = new EngineOptions
        {
            Reactors = 2,
            MaxQueuedBytes = setup.MaxQueuedBytes,
            MaxUnfinishedBytes = setup.MaxUnfinishedBytes,
        };
        var listener = new ListenerOptions(new IPEndPoint(IPAddress.Loopback, 0), handler)
        {
            MaxRequestBodyBytes = setup.MaxBodyBytes,
        };
        var engine = new Engine(options, [listener], setup.Time, NullLogger<Engine>.Instance);
        engine.Start();
        return Task.FromResult<IHost>(new EngineHost(engine));
    }

    public Task DrainAsync(TimeSpan within) => engine.Drain(within);

    public ValueTask DisposeAsync()
    {
        if (!_isStopped)
        {
            _isStopped = true;
            engine.Dispose();
        }

        return default;
    }
}
