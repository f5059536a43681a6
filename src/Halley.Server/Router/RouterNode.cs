using System.Net;
using Halley.Engine;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Router;
using Halley.Server.Backends;
using Halley.Server.Configuration;
using Halley.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Router;

/// <summary>A router put together: the table, what watches the servers, and an engine that listens for publishers.</summary>
internal sealed class RouterNode : IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _taking = new();
    private readonly RoutingTable _table;
    private readonly HttpBackend _backend;
    private readonly Engine.Engine _engine;
    private readonly ITimer _sweeping;
    private readonly ServerWatches _watches;
    private readonly ILogger _logger;

    /// <exception cref="ConfigurationException">There are no servers, or a host name to listen on is unknown.</exception>
    /// <exception cref="ListenException">The address cannot be listened on.</exception>
    /// <exception cref="IoUringException">io_uring was asked for, and there is none.</exception>
    public RouterNode(HalleyOptions options, LogSink log, TimeProvider time)
    {
        var section = options.Router;
        var servers = section.ToServers();
        var router = section.ToOptions();
        _logger = log.For<RouterNode>();
        _table = new RoutingTable(servers, router, time);
        _backend = new HttpBackend(options.Backend.ToOptions());
        var handler = new FormReader(new ChannelRouter(_table, _backend, router));
        var guarded = AdminSection.IsOpen(section.Allow)
            ? (IRequestHandler)handler
            : new SiteGuard(handler, new SiteRules(section.AllowedOrigins), ["/info", "/check", "/route", "/routes"], []);
        var listener = new ListenerOptions(ListenAddress.AddressOf(section.Listen), guarded)
        {
            MayUseReserve = true,
            MaxRequestHeadBytes = options.Admin.MaxRequestHead,
            MaxRequestBodyBytes = options.Admin.MaxRequestBody,
        };
        _engine = new Engine.Engine(options.Engine.ToOptions(Environment.ProcessorCount), [listener], time, log.For<Engine.Engine>());
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

        _sweeping = time.CreateTimer(_ => _table.Sweep(), null, SweepInterval, SweepInterval);
        _watches = new ServerWatches(_table, TimeSpan.FromMilliseconds(section.CheckInterval), _logger);
        _watches.Take(servers);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_engine.EndPoints[0];

    /// <summary>Takes up which servers there are now; where the configuration cannot be used, those that there were stay. Any thread.</summary>
    /// <param name="read">Reads the configuration again.</param>
    public void Reload(Func<HalleyOptions> read)
    {
        lock (_taking)
        {
            try
            {
                var servers = read().Router.ToServers();
                _table.Take(servers);
                _watches.Take(servers);
                _logger.ServersReloaded(string.Join(", ", servers.Select(server => server.Name)));
            }
            catch (ConfigurationException wrong)
            {
                _logger.ServersNotReloaded(wrong.Message);
            }
        }
    }

    /// <summary>Closes every connection; returns when nothing runs any more.</summary>
    public void Dispose()
    {
        _engine.Dispose();
        _sweeping.Dispose();
        _watches.Dispose();
        _backend.Dispose();
    }
}
