using System.Net;
using Halley.AspNetCore.Hosting;
using Halley.Engine;
using Halley.Protocol.Clients;
using Halley.Protocol.Explaining;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Server.Configuration;
using Halley.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Tls;

/// <summary>
/// All listeners with TLS of a node: HTTP/1.1 and HTTP/2 over Kestrel, beside the engine, with the same handlers. They
/// share limits of their own, and their certificates are looked after. Nothing of it exists where there are none.
/// </summary>
internal sealed class TlsHost : IDisposable
{
    // Of the descriptors; the rest is the engine's.
    private const int ShareOfDescriptors = 2;

    // That an operator has for a new one.
    private static readonly TimeSpan NearEnd = TimeSpan.FromDays(14);
    private static readonly TimeSpan BetweenReminders = TimeSpan.FromDays(1);

    // For a handshake and the first request, where the server ends.
    private static readonly TimeSpan TimeToAsk = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly Exchanges _exchanges;
    private readonly AddressShares _connections;
    private readonly TlsListener[] _listeners;
    private readonly ListenerTls[] _said;
    private readonly Certificates[] _certificates;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _reloading = new();
    private readonly TimeSpan _checkInterval;
    private ITimer? _timer;
    private DateTimeOffset _reminded = DateTimeOffset.MinValue;

    /// <param name="listeners">What is served where, and by which certificates.</param>
    /// <param name="handed">Sockets that listen already, of some of them; null for none.</param>
    /// <exception cref="ConfigurationException">A certificate cannot be used.</exception>
    /// <exception cref="ListenException">An address cannot be listened on.</exception>
    public TlsHost(
        HalleyOptions options,
        IReadOnlyList<(ListenerOptions Listener, ListenerTls Tls)> listeners,
        HandedSockets? handed,
        TimeProvider time,
        ILogger logger)
    {
        (_time, _logger) = (time, logger);
        _said = [.. listeners.Select(one => one.Tls)];
        _checkInterval = TimeSpan.FromSeconds(options.Tls.CheckInterval);
        _certificates = [.. listeners.Select(one => new Certificates(one.Tls, time))];
        _connections = new AddressShares(MaxConnectionsOf(options), options.Engine.MaxConnectionsPerAddress);
        _exchanges = new Exchanges(
            options.Tls.MaxRequests,
            options.Engine.MaxUnsharedBytes,
            options.Engine.MaxUnfinishedBytes,
            time,
            logger);
        var requests = new AddressShares(options.Tls.MaxRequests, perAddress: 0);
        _listeners =
        [
            .. listeners.Zip(_certificates, (one, certificates) => new TlsListener(
                one.Listener, certificates, options, _exchanges, _connections, requests, handed, time, logger)),
        ];
    }

    /// <summary>The addresses, in the order of the listeners.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => [.. _listeners.Select(listener => listener.EndPoint)];

    /// <summary>The sockets that it listens on, to be handed over.</summary>
    public IEnumerable<int> Descriptors => _listeners.SelectMany(listener => listener.Descriptors);

    /// <summary>
    /// The listeners that answer HTTP with the address of one that speaks TLS: for the engine to listen at.
    /// </summary>
    public IEnumerable<ListenerOptions> Redirects => _said
        .Zip(_listeners)
        .Where(one => one.First.RedirectFrom.Length > 0)
        .Select(one => new ListenerOptions(
            ListenAddress.AddressOf(one.First.RedirectFrom), new HttpsRedirect(one.Second.EndPoint.Port)));

    /// <summary>The open connections of each of them. Any thread.</summary>
    public IEnumerable<(EndPoint EndPoint, int Count)> ConnectionCounts =>
        _listeners.Select(listener => ((EndPoint)listener.EndPoint, listener.ConnectionCount));

    /// <summary>The connections that were closed since there were too many, at all or of their address.</summary>
    public long TurnedAway => _connections.Refused;

    /// <summary>The messages that were written to subscribers.</summary>
    public long Delivered => _exchanges.Delivered;

    /// <summary>The requests that were answered with a status of an error, for each status there was.</summary>
    public IEnumerable<(int Status, long Count)> Refused() => _exchanges.Refused();

    /// <summary>Its subscribers, for operators.</summary>
    public IConnectedClients Clients => new ExchangeClients(_exchanges);

    /// <summary>The number of answers that are held in a way.</summary>
    public long HeldCount(TransportKind transport) => _exchanges.HeldCount(transport);

    /// <summary>Says where operators are told of what is refused, and of what ends badly. Before the start.</summary>
    public void TellOperators(IRefusalLog refusals, Incidents incidents) =>
        (_exchanges.Refusals, _exchanges.Incidents) = (refusals, incidents);

    /// <summary>The number of requests that are answered or held.</summary>
    public int RequestCount => _exchanges.Count;

    /// <summary>The time until the first certificate ends.</summary>
    public TimeSpan CertificateLife => _certificates.Min(one => one.Expires) - _time.GetLocalNow().DateTime;

    /// <summary>The descriptors that it may take of this process's.</summary>
    public static int MaxConnectionsOf(HalleyOptions options) =>
        Math.Max(1, Math.Min(options.Tls.MaxConnections, Engine.Engine.MaxDescriptors / ShareOfDescriptors));

    /// <exception cref="ListenException">An address cannot be listened on.</exception>
    public void Start()
    {
        Array.ForEach(_listeners, listener => listener.Start());
        Remind();
        if (_checkInterval > TimeSpan.Zero)
        {
            _timer = _time.CreateTimer(_ => Reload(), null, _checkInterval, _checkInterval);
        }
    }

    /// <summary>
    /// Takes over other handlers, limits of bodies and trusted proxies, and certificates whose files have changed. What
    /// is held stays as it is held.
    /// </summary>
    /// <param name="listeners">Those of the start in their order, with the same addresses and files.</param>
    public void Change(IReadOnlyList<(ListenerOptions Listener, ListenerTls Tls)> listeners)
    {
        foreach (var (listener, (options, _)) in _listeners.Zip(listeners))
        {
            listener.Change(options);
        }

        Reload();
    }

    /// <summary>Takes certificates whose files have changed; those that cannot be used leave the old ones.</summary>
    private void Reload()
    {
        lock (_reloading)
        {
            foreach (var (certificates, listener) in _certificates.Zip(_listeners))
            {
                try
                {
                    if (certificates.Reload())
                    {
                        _logger.CertificatesRead(listener.EndPoint);
                        _reminded = DateTimeOffset.MinValue;
                    }
                }
                catch (ConfigurationException unusable)
                {
                    _logger.CertificatesNotRead(listener.EndPoint, unusable.Message);
                }
            }

            Remind();
        }
    }

    /// <summary>
    /// Takes no new connections, and ends what is held evenly over a time; see <see cref="Engine.Engine.Drain"/>.
    /// </summary>
    public async Task Drain(TimeSpan within)
    {
        var began = _time.GetTimestamp();
        Array.ForEach(_listeners, listener => listener.StopAccepting());
        try
        {
            await _exchanges.DrainAsync(within, _end.Token).ConfigureAwait(false);
            await UntilAllHaveAskedAsync(began).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The end came first.
        }
    }

    // Who connected just before the end has its answer; who says nothing keeps nobody waiting for long.
    private async Task UntilAllHaveAskedAsync(long began)
    {
        while (_listeners.Any(listener => listener.NewcomerCount > 0) && _time.GetElapsedTime(began) < TimeToAsk)
        {
            await Task.Delay(BetweenLooks, _time, _end.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Closes every connection.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        _end.Cancel();
        _exchanges.Stop();
        Array.ForEach(_listeners, listener => listener.Dispose());
        _exchanges.Dispose();
        _end.Dispose();
    }

    private void Remind()
    {
        var now = _time.GetUtcNow();
        if (CertificateLife < NearEnd && now - _reminded >= BetweenReminders)
        {
            _reminded = now;
            _logger.CertificateEnds(_certificates.Min(one => one.Expires));
        }
    }
}
