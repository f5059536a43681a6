using Halley.Channels;
using Halley.Protocol.Clients;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol;

/// <summary>
/// One request and its answer, as the host carries it out. It is answered in one of four ways: <see
/// cref="IResponder.Reply"/>; or <see cref="Start"/> and <see cref="End"/>; or <see cref="Start"/> and <see
/// cref="Hold"/>; or <see cref="Wait"/>. Where the request is a WebSocket's handshake, <see cref="Upgrade"/> may stand
/// in the place of <see cref="Start"/>. That may be later than in the handler, but always on its dispatcher. Where the
/// client has gone meanwhile, nothing happens. Or it is postponed, before it is answered: then the handler is called
/// again with the same request.
/// </summary>
public interface IExchange : IResponder
{
    /// <summary>
    /// The subscription to attach to a channel for an answer that is held: it gets what is delivered.
    /// </summary>
    Subscription Subscription { get; }

    /// <summary>
    /// A further one, for a client that subscribes to several channels in one answer. It is attached at once or not at
    /// all.
    /// </summary>
    Subscription AddSubscription();

    /// <summary>The channels that its subscriptions are attached to.</summary>
    IEnumerable<Channel> Channels { get; }

    /// <summary>The client that was let in; null where nobody was asked who it is.</summary>
    AdmittedClient? Client { get; }

    /// <summary>The rules of the host itself for the client; null where it has none.</summary>
    IClientRules? Rules => null;

    /// <summary>
    /// Says who was let in, before the answer begins: an answer that is held ends when that client's permission does.
    /// Forgotten with the answer, and where the request is postponed, but for that it was let in.
    /// </summary>
    void Admit(AdmittedClient client);

    /// <summary>Begins an answer of unknown length: writes its head.</summary>
    /// <param name="framing">How the pieces of its body are to be written.</param>
    /// <returns>Where they are to be written, before anything else is called.</returns>
    ByteBuffer Start(ResponseHead head, out Framing framing);

    /// <summary>
    /// Makes the connection a WebSocket. What its client sends is heard by the format's receiver once it is held, and
    /// not before.
    /// </summary>
    /// <param name="head">101, and the endpoint's own fields.</param>
    /// <param name="handshake">As the endpoint has checked it.</param>
    /// <param name="framing">How messages to this client alone are to be written: never compressed.</param>
    /// <returns>Where they are to be written, before anything else is called.</returns>
    ByteBuffer Upgrade(ResponseHead head, in Handshake handshake, out Framing framing);

    /// <summary>More for this client alone, while its answer is held.</summary>
    /// <param name="framing">How it is to be written.</param>
    /// <returns>Where it is to be written, before anything else is called.</returns>
    ByteBuffer Add(out Framing framing);

    /// <summary>Ends an answer that was begun, or a WebSocket that is held.</summary>
    /// <param name="code">What the close frame of a WebSocket says.</param>
    /// <param name="reason">And why, in UTF-8, at most 123 bytes.</param>
    void End(CloseCode code = CloseCode.None, ReadOnlySpan<byte> reason = default);

    /// <summary>
    /// Keeps an answer that was begun open, for what <see cref="Subscription"/>, attached by now, is given.
    /// </summary>
    /// <param name="heartbeat">The number of the first heartbeat.</param>
    void Hold(TransportFormat format, int heartbeat);

    /// <summary>
    /// Holds the request without having begun its answer: with the first message, or the end, the format says its head
    /// too, and the answer is whole.
    /// </summary>
    void Wait(TransportFormat format);
}
