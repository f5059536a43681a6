using System.Net;
using Halley.Engine;
using Halley.Nodes.Router;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Server.Backends;
using Halley.Server.Configuration;
using Halley.Server.Logging;

namespace Halley.Server.Router;

/// <summary>A router put together: the table, what watches the servers, and an engine that listens for publishers.</summary>
internal sealed class RouterNode : IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _ending = new();
    private readonly HttpBackend _backend;
    private readonly Engine.Engine _engine;
    private readonly ITimer _sweeping;
    private readonly Task _watching;

    /// <exception cref="ConfigurationException">There are no servers, or a host name to listen on is unknown.</exception>
    /// <exception cref="ListenException">The address cannot be listened on.</exception>
    /// <exception cref="IoUringException">io_uring was asked for, and there is none.</exception>
    public RouterNode(HalleyOptions options, LogSink log, TimeProvider time)
    {
        var section = options.Router;
        var servers = section.ToServers();
        var router = section.ToOptions();
        var table = new RoutingTable(servers, router, time);
        _backend = new HttpBackend(options.Backend.ToOptions());
        var handler = new FormReader(new Halley.Nodes.Router.Router(table, _backend, router));
        var guarded = AdminSection.IsOpen(section.Allow)
            ? (IRequestHandler)handler
            : new SiteGuard(handler, new SiteRules(section.AllowedOrigins), ["/info", "/check", "/route", "/routes"], []);
        var listener = new ListenerOptions(ListenAddress.AddressOf(section.Listen), guarded)
        {
            MayUseReserve = true,
            MaxRequestHeadBytes = options.Admin.MaxRequestHead,
            MaxRequestBodyBytes = options.Admin.MaxRequestBody,
        };
        _engine = new Engine.Engine(Node.EngineOptionsOf(options.Engine, Environment.ProcessorCount), [listener], time, log.For<Engine.Engine>());
        try
        {
            _engine.Start();
        }
        catch
        {
            _engine.Dispose();
            _backend.Dispose();
            throw;
        }

        _sweeping = time.CreateTimer(_ => table.Sweep(), null, SweepInterval, SweepInterval);
        var interval = TimeSpan.FromMilliseconds(section.CheckInterval);
        _watching = Task.WhenAll(servers.Select(server => Task.Run(new ServerWatch(server, table, interval, log.For<RouterNode>(), _ending.Token).Run)));
    }

    public IPEndPoint EndPoint => (IPEndPoint)_engine.EndPoints[0];

    /// <summary>Closes every connection; returns when nothing runs any more.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        _engine.Dispose();
        _sweeping.Dispose();
        _watching.GetAwaiter().GetResult();
        _backend.Dispose();
        _ending.Dispose();
    }
}
