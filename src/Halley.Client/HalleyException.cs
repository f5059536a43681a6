using System.Net;

namespace Halley.Client;

/// <summary>A command of the HTTP API failed, or a subscription cannot go on.</summary>
public sealed class HalleyException : Exception
{
    internal HalleyException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>
    /// A code for programs to compare: one of <see cref="HalleyErrorCode"/>, or one of a later server's.
    /// </summary>
    public string Code { get; }

    /// <summary>
    /// The status of the answer; null where there was none, or where it was refused within an answer.
    /// </summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>The time for which the server wants not to be asked again; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Whether it may have been done nevertheless. Publishing again with the same
    /// <see cref="PublishOptions.IdempotencyKey"/> is safe then, and nothing else is.
    /// </summary>
    public bool MayHaveHappened { get; init; }
}
