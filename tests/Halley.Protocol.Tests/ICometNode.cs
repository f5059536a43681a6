using Halley.Broker;
using Halley.Protocol.Dialects.IComet;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>A hub with iComet's two ports and no socket.</summary>
internal sealed class ICometNode : IDisposable
{
    private readonly Hub _hub;

    public ICometNode(HubOptions? limits = null, ICometOptions? options = null)
    {
        limits ??= new HubOptions();
        _hub = new Hub(limits, Time);
        var dialect = new ICometDialect(options ?? new ICometOptions(), limits, _hub, new MemoryBroker(_hub));
        Front = dialect.Front;
        Admin = dialect.Admin;
    }

    public ManualTime Time { get; } = new();

    public ManualDispatcher Dispatcher { get; } = new();

    public Hub Hub => _hub;

    public IRequestHandler Front { get; }

    public IRequestHandler Admin { get; }

    /// <summary>What a subscriber gets for <c>METHOD TARGET</c>; a target alone is got.</summary>
    public RecordingExchange Sub(string request, bool isChunked = false) =>
        Front.Ask(WithMethod(request), exchange: new RecordingExchange(Dispatcher) { IsChunked = isChunked });

    /// <summary>What a publisher gets; all that follows from it has been told by then.</summary>
    public RecordingExchange Ask(string request, string body = "")
    {
        var exchange = Admin.Ask(WithMethod(request), body, new RecordingExchange(Dispatcher));
        Dispatcher.RunAll();
        return exchange;
    }

    public void Dispose() => _hub.Dispose();

    private static string WithMethod(string request) => request.StartsWith('/') ? "GET " + request : request;
}
