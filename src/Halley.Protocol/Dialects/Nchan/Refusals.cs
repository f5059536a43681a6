using Halley.Protocol.Http;
using Halley.Protocol.Positions;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>Refusals of nchan: its status, and a sentence where nchan mostly has an empty body.</summary>
internal static class Refusals
{
    private const string BadRequest = "400 Bad Request";
    private const string Forbidden = "403 Forbidden";
    private const string Later = "Retry-After: 5";

    /// <summary>nchan takes the channel without a name for one like others.</summary>
    public static Refusal NoChannel { get; } = new(BadRequest, "The request names no channel, or an empty one.");

    public static Refusal IdTooLong { get; } = new(Forbidden, "The channel's id is longer than is allowed here.");

    public static Refusal TooManyInRequest { get; } = new(BadRequest, "A request names at most 255 channels.");

    public static Refusal SeveralWithEpoch { get; } = new(BadRequest, "Whoever sends epoch subscribes to one channel.");

    public static Refusal WrongSeq { get; } = new(BadRequest, PositionRequest.WrongSeq);

    public static Refusal GroupName { get; } = new(
        Forbidden, "The name of a channel group must have 1 to 255 bytes, without a slash.");

    /// <summary>nchan publishes what is packed as it is, and says nothing of it to subscribers.</summary>
    public static Refusal Packed { get; } = new(
        "415 Unsupported Media Type",
        "A message with Content-Encoding is not taken; send it as it is.",
        ContentCoding.AcceptIdentity);

    public static Refusal Unknown { get; } = new("404 Not Found", null);

    public static Refusal Origin { get; } = new(
        Forbidden,
        "A page of another site asks this, and nchan_access_control_allow_origin does not list its origin; a proxy "
            + "between must pass on Host.");

    public static Refusal NoSuchTransport { get; } = new(Forbidden, "This transport is not served at this address.");

    public static Refusal SubscribeOnly { get; } = new(
        Forbidden, "Nothing can be published or deleted at this address.");

    public static Refusal SocketsOnly { get; } = new(Forbidden, "At this address one publishes over a WebSocket.");

    public static Refusal NoDelete { get; } = new(Forbidden, "Channels cannot be deleted at this address.");

    public static Refusal NoSuchChannel { get; } = new(Forbidden, "There is no such channel.");

    public static Refusal TooManySubscribers { get; } = new(
        Forbidden, "The channel has as many subscribers as it may have.");

    public static Refusal TooManyChannels { get; } = new(
        "503 Service Unavailable", "There are as many channels as there may be.", Later);

    public static Refusal BadKey { get; } = new(BadRequest, IdempotencyKey.Fault);

    public static Refusal KeyReused { get; } = new("422 Unprocessable Content", IdempotencyKey.Reused);

    public static Refusal TooManyKeys { get; } = new("503 Service Unavailable", IdempotencyKey.TooMany, Later);

    public static Refusal OutOfMemory { get; } = new(
        "507 Insufficient Storage", "The memory for stored messages is full.");

    public static Refusal GroupChannels { get; } = new(Forbidden, "Group limit reached for number of channels.");

    public static Refusal GroupSubscribers { get; } = new(Forbidden, "Group limit reached for number of subscribers.");

    public static Refusal GroupMessages { get; } = new(Forbidden, "Group limit reached for number of messages.");

    public static Refusal GroupBytes { get; } = new(Forbidden, "Group limit reached for memory used by messages.");

    public static Refusal TooManyGroups { get; } = new(
        "503 Service Unavailable", "There are as many channel groups with limits as there may be.", Later);

    public static Refusal GroupLimit { get; } = new(
        BadRequest, "A limit of a group must be a whole number, 0 for none.");

    public static Refusal NotUpstream { get; } = new(Forbidden, "The backend refused the message.");

    public static Refusal Method(string allowed) =>
        new("405 Method Not Allowed", "This method is not served at this address.", "Allow: " + allowed);
}
