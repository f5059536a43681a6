using System.Net.Http.Headers;

namespace Halley.Client;

/// <summary>The field <c>Retry-After</c>: seconds, or a date.</summary>
internal static class RetryAfterField
{
    public static TimeSpan? Read(RetryConditionHeaderValue? field, TimeProvider time) =>
        field is null ? null
        : field.Delta ?? (field.Date is { } date && date > time.GetUtcNow() ? date - time.GetUtcNow() : TimeSpan.Zero);
}
