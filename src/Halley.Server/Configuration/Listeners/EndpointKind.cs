using Halley.Protocol.Clients;

namespace Halley.Server.Configuration.Listeners;

/// <summary>A kind of endpoint, with all that others than its dialect have to know of it.</summary>
/// <param name="Name">Its word in the file.</param>
/// <param name="Does">The things that a client can do there, as <c>halley check</c> says it.</param>
/// <param name="Guarded">
/// The options that hold the decision on its clients, where <c>auth</c> says who may come; null where it does not.
/// </param>
internal sealed record EndpointKind(string Name, string Does, Func<EndpointSection, IGuarded>? Guarded)
{
    private const string Subscribing = "subscribing";
    private const string Publishing = "publishing";
    private const string Both = "subscribing and publishing";
    private const string Statistics = "what there is, and how much";
    private const string Everything = "publishing, channels, everything";
    private const string Deleting = "publishing, and deleting channels";

    /// <summary>Whether a client there can harm others, or see what is none of its business.</summary>
    public bool IsForOperators { get; private init; }

    /// <summary>Whether clients there may subscribe.</summary>
    public bool IsForSubscribers { get; private init; }

    /// <summary>Whether it is the whole of an API, which any web page on the machine could ask.</summary>
    public bool IsApi { get; private init; }

    /// <summary>All there are, by their names, in the order in which a message names them.</summary>
    public static IReadOnlyDictionary<string, EndpointKind> ByName { get; } = new[]
    {
        ForPublishers("publisher", Publishing, PushStream),
        ForPublishers("publisher-admin", Deleting, PushStream) with { IsForOperators = true },
        ForOperators("statistics", Statistics),
        ForSubscribers("streaming", Subscribing, PushStream),
        ForSubscribers("polling", Subscribing, PushStream),
        ForSubscribers("long-polling", Subscribing, PushStream),
        ForSubscribers("eventsource", Subscribing, PushStream),
        ForSubscribers("websocket", Subscribing, PushStream),
        ForPublishers("nchan_publisher", Publishing, Nchan) with { IsForOperators = true },
        ForSubscribers("nchan_subscriber", Subscribing, Nchan),
        ForSubscribers("nchan_pubsub", Both, Nchan),
        ForOperators("nchan_group", Statistics),
        ForSubscribers("icomet-front", Subscribing, endpoint => endpoint.IComet),
        ForOperators("icomet-admin", Everything) with { IsApi = true },
        ForOperators("api", Everything) with { IsApi = true },
        ForSubscribers("mini-comet", Both, endpoint => endpoint.MiniComet),
        ForSubscribers("centrifugo", Both, endpoint => endpoint.Centrifugo),
        ForOperators("centrifugo-api", Everything) with { IsApi = true },
        new EndpointKind("backend", "what your own server answers", null),
        new EndpointKind("nothing", "404", null),
    }.ToDictionary(kind => kind.Name, StringComparer.Ordinal);

    private static EndpointKind ForSubscribers(string name, string does, Func<EndpointSection, IGuarded> guarded) =>
        new(name, does, guarded) { IsForSubscribers = true };

    private static EndpointKind ForPublishers(string name, string does, Func<EndpointSection, IGuarded> guarded) =>
        new(name, does, guarded);

    private static EndpointKind ForOperators(string name, string does) =>
        new(name, does, null) { IsForOperators = true };

    private static IGuarded PushStream(EndpointSection endpoint) => endpoint.PushStream;

    private static IGuarded Nchan(EndpointSection endpoint) => endpoint.Nchan;
}
