using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The place that a client says it has seen last: a time, perhaps with a tag, or the id of an event. What cannot be
/// read counts as not said.
/// </summary>
/// <param name="Time">Seconds since 1970; null where it is not said.</param>
/// <param name="Tag">Null where it is not said.</param>
/// <param name="EventId">Null where it is not said.</param>
internal readonly record struct ResumePoint(long? Time, int? Tag, byte[]? EventId)
{
    private StreamPosition? Place { get; init; }

    /// <summary>The place of one who asks to be told where it stands.</summary>
    public static ResumePoint At(StreamPosition place) => new() { Place = place };

    /// <param name="isEventSource">
    /// Whether its client may be a polyfill, which says the id of the last event in the address.
    /// </param>
    public static ResumePoint Of(in RoutedRequest request, EndpointChoices choices, bool isEventSource)
    {
        var time = choices.Time is { } timeChosen
            ? timeChosen.Evaluate(request)
            : request.Request.Field("If-Modified-Since"u8);
        var tag = choices.Tag is { } tagChosen ? tagChosen.Evaluate(request) : request.Request.Field("If-None-Match"u8);
        var eventId = choices.EventId is { } idChosen
            ? idChosen.Evaluate(request)
            : request.Request.Field("Last-Event-Id"u8);
        eventId = eventId.IsEmpty && isEventSource ? LastEventId.InQuery(request.Request) : eventId;
        return new ResumePoint(
            HttpDate.TryParse(time, out var seconds) ? Math.Max(0, seconds) : null,
            EntityTag.TryParse(tag, out var number) ? number : null,
            eventId.IsEmpty ? null : eventId.ToArray());
    }

    /// <summary>Finds what it wants of one of its channels first.</summary>
    public Replay ReplayFor(NamedChannel named) =>
        Place is { } place ? Replay.Resume(place)
        : named.Backtrack > 0 ? Replay.Newest(named.Backtrack)
        : Time is { } time ? Replay.After(time, Tag, EventId is null ? null : EventId)
        : EventId is not null ? Replay.AfterEvent(EventId)
        : Replay.Nothing;
}
