using Halley.Protocol.Http;
using Halley.Protocol.Positions;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>Refusals of push-stream; the sentences of <c>X-Nginx-PushStream-Explain</c> are the original's.</summary>
internal static class Refusals
{
    private const string BadRequest = "400 Bad Request";
    private const string Forbidden = "403 Forbidden";

    public static Refusal NoChannel { get; } = new(BadRequest, "No channel id provided.");

    public static Refusal IdTooLong { get; } = new(BadRequest, "Channel id is too large.");

    public static Refusal EmptyPost { get; } = new(BadRequest, "Empty post requests are not allowed.");

    /// <summary>Ours: the original publishes what is packed as it is, and says nothing of it to subscribers.</summary>
    public static Refusal Packed { get; } = new(
        "415 Unsupported Media Type", "A message with Content-Encoding is not taken.", ContentCoding.AcceptIdentity);

    public static Refusal ReservedId { get; } = new(Forbidden, "Channel id not authorized for this method.");

    public static Refusal TooManyChannels { get; } = new(Forbidden, "Number of channels were exceeded.");

    public static Refusal TooManyWildcards { get; } = new(Forbidden, "Subscribed too much wildcard channels.");

    public static Refusal NotAuthorized { get; } = new(Forbidden, "Subscriber could not create channels.");

    public static Refusal TooManySubscribers { get; } = new(
        Forbidden, "Subscribers limit per channel has been exceeded.");

    public static Refusal NoEvents { get; } = new(Forbidden, "Subscription to events channel is not allowed.");

    public static Refusal EventsAreOurs { get; } = new(Forbidden, "Only internal routines can change events channel.");

    /// <summary>Ours: the original takes as many as its buffers hold.</summary>
    public static Refusal TooManyInRequest { get; } = new(BadRequest, "Too many channels in one request.");

    /// <summary>Ours: the original sends any text back as a script.</summary>
    public static Refusal BadCallback { get; } = new(BadRequest, "The callback must be the name of a function.");

    /// <summary>Ours: the original lets the pages of every site publish, and open WebSockets.</summary>
    public static Refusal Origin { get; } = new(
        Forbidden,
        "A page of another site asks this, and push_stream_allowed_origins does not list its origin; a proxy "
            + "between must pass on Host.");

    /// <summary>Ours: an offset is a place in one channel.</summary>
    public static Refusal SeveralWithEpoch { get; } = new(BadRequest, "Whoever sends epoch subscribes to one channel.");

    /// <summary>Ours.</summary>
    public static Refusal WrongSeq { get; } = new(BadRequest, PositionRequest.WrongSeq);

    public static Refusal BadKey { get; } = new(BadRequest, IdempotencyKey.Fault);

    public static Refusal KeyReused { get; } = new("422 Unprocessable Content", IdempotencyKey.Reused);

    public static Refusal TooManyKeys { get; } = new(
        "503 Service Unavailable", IdempotencyKey.TooMany, "Retry-After: 10");

    public static Refusal OutOfMemory { get; } = new(
        "500 Internal Server Error", "The memory for stored messages is full.");

    public static Refusal ClosedMeanwhile { get; } = new(
        "503 Service Unavailable", "The channel was closed meanwhile: nothing was published.", "Retry-After: 1");

    public static Refusal Unknown { get; } = new("404 Not Found", null);

    public static Refusal Method(string allowed) => new("405 Not Allowed", null, "Allow: " + allowed);
}
