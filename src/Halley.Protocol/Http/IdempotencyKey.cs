namespace Halley.Protocol.Http;

/// <summary>
/// The field <c>Idempotency-Key</c> of a request that publishes: with it a publisher that was not answered may ask
/// again, and its message is published once. A string of structured fields, as the IETF's draft
/// (draft-ietf-httpapi-idempotency-key-header) has it, or the same without quotes, as most back ends send it.
/// </summary>
public static class IdempotencyKey
{
    public const string Fault = "Idempotency-Key must be one value of 1 to 255 printable ASCII characters.";

    public const string Reused =
        "This Idempotency-Key belongs to another message on this channel: nothing was published.";

    public const string TooMany =
        "As many values of Idempotency-Key as may be are remembered: nothing was published. Try again later.";

    private const int MaxLength = 255;

    /// <param name="key">Null where there is none.</param>
    /// <returns>False where it is not what <see cref="Fault"/> says.</returns>
    public static bool TryRead(in HttpRequest request, out byte[]? key)
    {
        var position = 0;
        key = null;
        if (!request.TryNextField("Idempotency-Key"u8, ref position, out var value))
        {
            return true;
        }

        if (value.Length >= 2 && value[0] == '"' && value[^1] == '"')
        {
            value = value[1..^1];
        }

        if (!IsOne(value)
            || request.TryNextField("Idempotency-Key"u8, ref position, out _))
        {
            return false;
        }

        key = value.ToArray();
        return true;
    }

    /// <summary>Whether that may be a key.</summary>
    public static bool IsOne(ReadOnlySpan<byte> text) =>
        text.Length is > 0 and <= MaxLength
        && !text.ContainsAnyExceptInRange((byte)' ', (byte)'~')
        && !text.ContainsAny((byte)'"', (byte)'\\');
}
