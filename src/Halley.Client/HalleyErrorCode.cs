namespace Halley.Client;

/// <summary>
/// The values of <see cref="HalleyException.Code"/>. A later server may have others; none changes its meaning.
/// </summary>
public static class HalleyErrorCode
{
    /// <summary>The server: an argument is wrong; the sentence names it.</summary>
    public const string BadRequest = "bad_request";

    /// <summary>The server: no key, or a wrong one; or the token of a subscriber was refused.</summary>
    public const string Unauthorized = "unauthorized";

    /// <summary>The server: not from this address.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>The server: there is no such command; <see cref="HalleyClientOptions.ApiAddress"/> is wrong.</summary>
    public const string UnknownCommand = "unknown_command";

    /// <summary>The server: there is no such channel.</summary>
    public const string UnknownChannel = "unknown_channel";

    /// <summary>The server: the request is larger than 4 MiB.</summary>
    public const string BodyTooLarge = "body_too_large";

    /// <summary>The server: the idempotency key belongs to another message on that channel.</summary>
    public const string IdempotencyKeyReused = "idempotency_key_reused";

    /// <summary>The server: there are as many channels as there may be.</summary>
    public const string TooManyChannels = "too_many_channels";

    /// <summary>The server: as many idempotency keys are remembered as may be.</summary>
    public const string TooManyIdempotencyKeys = "too_many_idempotency_keys";

    /// <summary>The server: nothing was done; later it may go.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>The server: it may have been done.</summary>
    public const string OutcomeUnknown = "outcome_unknown";

    /// <summary>The server: channels keep as much as they may.</summary>
    public const string OutOfMemory = "out_of_memory";

    /// <summary>This library: there was no answer, or none that was whole.</summary>
    public const string NoAnswer = "no_answer";

    /// <summary>This library: what answers does not speak as Halley does; a proxy, perhaps.</summary>
    public const string BadAnswer = "bad_answer";

    /// <summary>
    /// This library: an answer of the HTTP API is longer than <see cref="HalleyClientOptions.MaxAnswerBytes"/>.
    /// </summary>
    public const string AnswerTooLarge = "answer_too_large";

    /// <summary>
    /// This library: a message is longer than <see cref="HalleyClientOptions.MaxEventBytes"/>.
    /// </summary>
    public const string MessageTooLarge = "message_too_large";

    /// <summary>This library: a subscriber was refused with an HTTP status that waiting does not mend.</summary>
    public const string Refused = "refused";
}
