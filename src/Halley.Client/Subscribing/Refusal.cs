using System.Net;

namespace Halley.Client.Subscribing;

/// <summary>The consequences of an answer that does not let a subscriber in.</summary>
internal static class Refusal
{
    private const int TooEarly = 425;

    /// <summary>
    /// An exception to be thrown: a <see cref="HalleyException"/> where waiting would not mend it, or else what is
    /// taken for a connection that broke.
    /// </summary>
    /// <param name="retryAfter">What the answer's <c>Retry-After</c> asks for.</param>
    public static Exception Of(HttpStatusCode status, TimeSpan? retryAfter)
    {
        var said = $"A subscriber was answered with the status {(int)status}.";
        return (int)status is >= 400 and < 500
            && status is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests)
            && (int)status != TooEarly
            ? new HalleyException(CodeOf(status), said) { Status = status, RetryAfter = retryAfter }
            : new NotLetInException(said, retryAfter);
    }

    private static string CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => HalleyErrorCode.BadRequest,
        HttpStatusCode.Unauthorized => HalleyErrorCode.Unauthorized,
        HttpStatusCode.Forbidden => HalleyErrorCode.Forbidden,
        _ => HalleyErrorCode.Refused,
    };
}

/// <summary>The server, or a proxy, lets nobody in now.</summary>
/// <param name="retryAfter">How long it wants to be left alone.</param>
internal sealed class NotLetInException(string message, TimeSpan? retryAfter) : IOException(message)
{
    public TimeSpan RetryAfter { get; } = retryAfter ?? TimeSpan.Zero;
}
