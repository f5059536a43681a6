using System.Net;
using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Clients.Sessions;

/// <summary>The way in which a session's objects come.</summary>
internal enum Carrier
{
    WebSocket,

    /// <summary>An answer that lasts, with an object in each line.</summary>
    Lines,

    /// <summary>An event stream.</summary>
    Events,
}

/// <summary>A transport of Centrifugo's protocol.</summary>
/// <param name="Target">A path.</param>
/// <param name="IsOneWay">Whether the client says nothing but how it comes.</param>
/// <param name="IsBinary">Whether that is Protobuf, rather than JSON.</param>
internal sealed record SessionTransport(
    string Name, Carrier Carrier, string Target, string Listener, bool IsOneWay = false, bool IsBinary = false)
    : Transport(Name, Listener)
{
    public ISessionCodec Codec => IsBinary ? ProtobufCodec.Instance : JsonCodec.Instance;

    /// <inheritdoc/>
    public override Subscriber Open(
        HttpMessageInvoker http, Hearing hearing, Func<IPEndPoint> address, TimeSpan silence) =>
        Carrier == Carrier.WebSocket
            ? new SocketSession(http, this, hearing, address, silence)
            : new HttpSession(http, this, hearing, address, silence);
}
