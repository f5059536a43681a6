using System.Net;
using Halley.Access;
using Halley.Channels;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol;

/// <summary>
/// One request's answer, as the host carries it out. It is answered in one of four ways: <see cref="Reply"/>; or <see cref="Start"/> and
/// <see cref="End"/>; or <see cref="Start"/> and <see cref="Hold"/>; or <see cref="Wait"/>. Where the request is a WebSocket's handshake,
/// <see cref="Upgrade"/> may stand in the place of <see cref="Start"/>. That may be later than in the handler, but always on its dispatcher.
/// Where the client has gone meanwhile, nothing happens. Or it is
/// postponed, before it is answered: then the handler is called again with the same request.
/// </summary>
public interface IExchange : IPostponable
{
    /// <summary>What to attach to a channel for an answer that is held: it gets what is delivered.</summary>
    Subscription Subscription { get; }

    /// <summary>A further one, for a client that subscribes to several channels in one answer. It is attached at once or not at all.</summary>
    Subscription AddSubscription();

    /// <summary>What its subscriptions are attached to.</summary>
    IEnumerable<Channel> Channels { get; }

    /// <summary>The other end of the connection: who asks, or a proxy that asks for somebody; a call to the kernel.</summary>
    IPAddress RemoteAddress { get; }

    /// <summary>Whose word about who asks is taken where this connection was accepted.</summary>
    TrustedProxies TrustedProxies { get; }

    /// <summary>
    /// A handler's note that what comes over this connection may come, so that its address is looked at once. Not to be taken where proxies are trusted: one
    /// connection of theirs brings requests of many.
    /// </summary>
    bool IsAdmitted { get; set; }

    /// <summary>Who asks, as far as can be known: the other end, or whom a trusted proxy there names.</summary>
    IPAddress ClientOf(in RequestHead head) => TrustedProxies.ClientOf(head, RemoteAddress);

    /// <summary>Whose share of something a request takes.</summary>
    ClientBlock ShareOf(in RequestHead head) => ClientBlock.Of(ClientOf(head));

    /// <summary>
    /// Says how to give up what an answer that comes later waits for: called on its dispatcher, once, when the client goes before that. A
    /// host that cannot tell calls nothing.
    /// </summary>
    /// <param name="giveUp">Replaces what was said before; null: it waits for nothing any more.</param>
    /// <param name="endsWithClient">Whether a client that has ended its side of the connection, and might still read, counts as gone.</param>
    void Await(Action? giveUp, bool endsWithClient)
    {
    }

    /// <summary>Answers with a body of known length.</summary>
    void Reply(ResponseHead head, ReadOnlySpan<byte> body);

    /// <summary>Answers with a message as it was published.</summary>
    void ReplyWith(ResponseHead head, Message message) => Reply(head, message.Payload);

    /// <summary>Begins an answer of unknown length: writes its head.</summary>
    /// <param name="framing">How the pieces of its body are to be written.</param>
    /// <returns>Where they are to be written, before anything else is called.</returns>
    ByteBuffer Start(ResponseHead head, out Framing framing);

    /// <summary>Makes the connection a WebSocket. What its client sends is heard by the format's receiver once it is held, and not before.</summary>
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

    /// <summary>Keeps an answer that was begun open, for what <see cref="Subscription"/>, attached by now, is given.</summary>
    /// <param name="heartbeat">The number of the first heartbeat.</param>
    void Hold(TransportFormat format, int heartbeat);

    /// <summary>
    /// Holds the request without having begun its answer: with the first message, or the end, the format says its head too, and the answer is whole.
    /// </summary>
    void Wait(TransportFormat format);
}
