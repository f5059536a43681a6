using System.Net;
using Halley.Access;
using Halley.Protocol.Access;
using Halley.Protocol.Http;

namespace Halley.Protocol;

/// <summary>
/// The client of a request, and the answer of known length: all that a publisher's or an operator's endpoint needs.
/// Subscribers need an <see cref="IExchange"/>.
/// </summary>
public interface IResponder : IPostponable
{
    /// <summary>
    /// The other end of the connection: who asks, or a proxy that asks for somebody; a call to the kernel.
    /// </summary>
    IPAddress RemoteAddress { get; }

    /// <summary>The proxies whose word about a client's address is taken where this connection was accepted.</summary>
    TrustedProxies TrustedProxies { get; }

    /// <summary>
    /// A handler's note that what comes over this connection may come, so that its address is looked at once. Not to be
    /// taken where proxies are trusted: one connection of theirs brings requests of many.
    /// </summary>
    bool IsAdmitted { get; set; }

    /// <summary>
    /// Finds the client's address, as far as it can be known: the other end, or the one that a trusted proxy there
    /// names.
    /// </summary>
    IPAddress ClientOf(in RequestHead head) => TrustedProxies.ClientOf(head, RemoteAddress);

    /// <summary>Finds whose share of something a request takes.</summary>
    ClientBlock ShareOf(in RequestHead head) => ClientBlock.Of(ClientOf(head));

    /// <summary>
    /// Says how to give up what an answer that comes later waits for: called on its dispatcher, once, when the client
    /// goes before that. A host that cannot tell calls nothing.
    /// </summary>
    /// <param name="giveUp">Replaces what was said before; null: it waits for nothing any more.</param>
    /// <param name="endsWithClient">
    /// Whether a client that has ended its side of the connection, and might still read, counts as gone.
    /// </param>
    void Await(Action? giveUp, bool endsWithClient)
    {
    }

    /// <summary>
    /// Notes for the operator's log that a request is refused, where the answer's own status does not say so.
    /// </summary>
    /// <param name="status">As HTTP has it, such as 401.</param>
    /// <param name="reason">What the client is told.</param>
    void NoteRefusal(ReadOnlySpan<byte> status, ReadOnlySpan<byte> reason)
    {
    }

    /// <summary>Answers with a body of known length.</summary>
    void Reply(ResponseHead head, ReadOnlySpan<byte> body);

    /// <summary>Answers with a message as it was published.</summary>
    void ReplyWith(ResponseHead head, Message message) => Reply(head, message.Payload);
}
