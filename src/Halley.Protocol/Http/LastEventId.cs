namespace Halley.Protocol.Http;

/// <summary>
/// The id of the last event that a client has, in its query: browsers send the field Last-Event-ID, and it comes first;
/// EventSource polyfills and clients of WebSockets, which cannot set it, say it in the address, each in its own
/// spelling.
/// </summary>
internal static class LastEventId
{
    /// <returns>Decoded; empty where none is said.</returns>
    public static ReadOnlySpan<byte> InQuery(scoped in HttpRequest request) =>
        TryFind(request, "last_event_id"u8, out var id)
            || TryFind(request, "lastEventId"u8, out id)
            || TryFind(request, "Last-Event-ID"u8, out id) ? id : default;

    private static bool TryFind(scoped in HttpRequest request, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> id)
    {
        id = Parameters.TryFind(request.Query, name, out var value)
            ? UrlEncoding.Decode(value, plusIsSpace: false)
            : default;
        return !id.IsEmpty;
    }
}
