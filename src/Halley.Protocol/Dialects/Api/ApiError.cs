namespace Halley.Protocol.Dialects.Api;

/// <summary>
/// A kind of refusal: the code that programs compare, and the HTTP status of an answer that is nothing else.
/// </summary>
/// <param name="Code">The <c>code</c> of the answer; it never changes its meaning.</param>
/// <param name="IsTemporary">
/// Whether the same may succeed a few seconds later: the answer has <c>Retry-After</c>.
/// </param>
internal sealed record ApiError(string Code, string Status, bool IsTemporary = false)
{
    public static ApiError BadRequest { get; } = new("bad_request", "400 Bad Request");

    public static ApiError Unauthorized { get; } = new("unauthorized", "401 Unauthorized");

    public static ApiError Forbidden { get; } = new("forbidden", "403 Forbidden");

    public static ApiError UnknownCommand { get; } = new("unknown_command", "404 Not Found");

    public static ApiError UnknownChannel { get; } = new("unknown_channel", "404 Not Found");

    public static ApiError UnknownClient { get; } = new("unknown_client", "404 Not Found");

    public static ApiError Method { get; } = new("method_not_allowed", "405 Method Not Allowed");

    public static ApiError TooLarge { get; } = new("body_too_large", "413 Content Too Large");

    public static ApiError Packed { get; } = new("unsupported_content_encoding", "415 Unsupported Media Type");

    /// <summary>Said in Centrifugo's form alone; ours says it in an answer that succeeds.</summary>
    public static ApiError UnrecoverablePosition { get; } = new(
        "unrecoverable_position", "416 Range Not Satisfiable");

    public static ApiError BadConfiguration { get; } = new("bad_configuration", "422 Unprocessable Content");

    public static ApiError KeyReused { get; } = new("idempotency_key_reused", "422 Unprocessable Content");

    public static ApiError TooManyChannels { get; } = new(
        "too_many_channels", "429 Too Many Requests", IsTemporary: true);

    /// <summary>Said by what stands before the commands.</summary>
    public static ApiError TooManyRequests { get; } = new(
        "too_many_requests", "429 Too Many Requests", IsTemporary: true);

    public static ApiError TooManyKeys { get; } = new(
        "too_many_idempotency_keys", "503 Service Unavailable", IsTemporary: true);

    public static ApiError Unavailable { get; } = new("unavailable", "503 Service Unavailable", IsTemporary: true);

    public static ApiError TooManyRevocations { get; } = new(
        "too_many_revocations", "503 Service Unavailable", IsTemporary: true);

    public static ApiError TooManyWatches { get; } = new(
        "too_many_watches", "503 Service Unavailable", IsTemporary: true);

    public static ApiError OutcomeUnknown { get; } = new("outcome_unknown", "504 Gateway Timeout");

    public static ApiError OutOfMemory { get; } = new("out_of_memory", "507 Insufficient Storage", IsTemporary: true);

    /// <summary>All there are, for the document and its test.</summary>
    public static IReadOnlyList<ApiError> All { get; } =
    [
        BadRequest, Unauthorized, Forbidden, UnknownCommand, UnknownChannel, UnknownClient, Method, TooLarge, Packed,
        BadConfiguration, KeyReused, TooManyChannels, TooManyRequests, TooManyKeys, TooManyRevocations, TooManyWatches,
        Unavailable, OutcomeUnknown, OutOfMemory,
    ];
}

/// <summary>A command is refused. It ends where the command is answered: nothing of it reaches a reactor.</summary>
/// <param name="message">A sentence that says what is wrong, and what would be right.</param>
internal sealed class ApiFault(ApiError error, string message) : Exception(message)
{
    public ApiError Error { get; } = error;
}
