namespace Halley.Load.Wire;

/// <summary>The transports as an operator writes them.</summary>
internal static class TransportNames
{
    private static readonly (Transport Transport, string Name)[] All =
    [
        (Transport.Stream, "stream"),
        (Transport.Sse, "sse"),
        (Transport.Poll, "poll"),
        (Transport.WebSocket, "websocket"),
        (Transport.SignalR, "signalr"),
        (Transport.SocketIo, "socketio"),
    ];

    public static string Of(Transport transport) => All.First(pair => pair.Transport == transport).Name;

    public static string List(IEnumerable<Transport> transports) => string.Join(", ", transports.Select(Of));

    /// <exception cref="LoadException">There is none of this name.</exception>
    public static Transport Parse(string name) =>
        All.Where(pair => pair.Name == name).Select(pair => (Transport?)pair.Transport).FirstOrDefault()
        ?? throw new LoadException($"--transport is \"{name}\"; it wants one of {string.Join(", ", All.Select(pair => pair.Name))}");
}
