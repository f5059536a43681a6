namespace Halley.Channels;

/// <summary>The messages that a subscriber wants first, of those kept.</summary>
public readonly struct Replay
{
    private readonly Wish _wish;
    private readonly long _number;
    private readonly long _epoch;
    private readonly MessageStamp _stamp;
    private readonly ReadOnlyMemory<byte>? _eventId;

    private readonly bool _hidesPast;

    private Replay(
        Wish wish,
        long number = 0,
        MessageStamp stamp = default,
        ReadOnlyMemory<byte>? eventId = null,
        long epoch = 0,
        bool hidesPast = false)
    {
        _wish = wish;
        _number = number;
        _stamp = stamp;
        _eventId = eventId;
        _epoch = epoch;
        _hidesPast = hidesPast;
    }

    private Replay(StreamPosition place, bool hidesPast)
        : this(Wish.Resume, place.Offset, epoch: place.Epoch, hidesPast: hidesPast)
    {
    }

    private enum Wish : byte
    {
        Nothing,
        FromOffset,
        Resume,
        Newest,
        ButOldest,
        After,
        AfterEventOnly,
    }

    /// <summary>Only what is published from now on.</summary>
    public static Replay Nothing => default;

    /// <summary>Everything from an offset on, as iComet's <c>seq</c>.</summary>
    /// <param name="offset">0 where it knows none: then it wants nothing but the stream's position.</param>
    public static Replay From(long offset) => new(Wish.FromOffset, offset);

    /// <summary>
    /// Everything from a place in the stream on; everything kept, where that place means nothing here. See
    /// <see cref="Resumption"/>. A subscriber that only waits is answered at once unless its place is the stream's.
    /// </summary>
    /// <param name="place">The offset wanted next, 0 for what comes from now on; epoch 0 where it knows none.</param>
    public static Replay Resume(StreamPosition place) => new(place, hidesPast: false);

    /// <summary>The newest messages, up to a number.</summary>
    public static Replay Newest(int count) => new(Wish.Newest, count);

    /// <summary>Everything kept but that many of the oldest messages.</summary>
    public static Replay ButOldest(int count) => new(Wish.ButOldest, count);

    /// <summary>Everything after the first message whose event id is this one; nothing where there is none.</summary>
    public static Replay AfterEvent(ReadOnlyMemory<byte> eventId) => new(Wish.AfterEventOnly, eventId: eventId);

    /// <summary>
    /// Everything after a stamp; with an event id, everything after whichever of the two comes first in the stream.
    /// </summary>
    /// <param name="tag">
    /// Null where only the second is known: then that whole second counts as seen, as in nginx-push-stream.
    /// </param>
    public static Replay After(long time, int? tag, ReadOnlyMemory<byte>? eventId = null) =>
        new(Wish.After, stamp: new MessageStamp(time, tag ?? MessageStamp.MaxTag), eventId: eventId);

    /// <summary>
    /// The same wish of a client that may not read what was published before it came: as where nothing is kept.
    /// </summary>
    public Replay WithoutPast() => new(_wish, _number, _stamp, _eventId, _epoch, hidesPast: true);

    /// <summary>
    /// Whether its client must learn the stream's position, rather than wait: it knows no offset, or a wrong one.
    /// </summary>
    /// <param name="stream">Its epoch, and the offset of its next message.</param>
    internal bool NeedsPosition(StreamPosition stream) => _wish switch
    {
        Wish.FromOffset => _number == 0 || _number > stream.Offset,
        Wish.Resume => Place != stream,
        _ => false,
    };

    /// <summary>
    /// Whether its client may have received messages that are still to come here, in a copy that lags behind another.
    /// </summary>
    /// <param name="stream">Its epoch, and the offset of its next message.</param>
    internal bool MayBeAhead(StreamPosition stream) => _wish switch
    {
        Wish.FromOffset => _number > stream.Offset,
        Wish.Resume => Place.IsVoidIn(stream, out _),
        Wish.After or Wish.AfterEventOnly => true,
        _ => false,
    };

    /// <summary>Whether it is a place in the stream that is resumed, whose client learns what it has lost.</summary>
    public bool Resumes(out StreamPosition place)
    {
        place = Place;
        return _wish == Wish.Resume;
    }

    /// <summary>The offset of the first message that it wants; null where it names none.</summary>
    public long? FirstWanted => _wish is Wish.FromOffset or Wish.Resume && _number > 0 ? _number : null;

    /// <summary>In words, for operators.</summary>
    public override string ToString() => _wish switch
    {
        Wish.Nothing => "what is published from now on",
        Wish.FromOffset when _number == 0 => "where the stream stands",
        Wish.FromOffset => Words($"everything from {_number} on"),
        Wish.Resume when _number == 0 => "what is published from now on, and where the stream stands",
        Wish.Resume => Words($"everything from {_number} on, in the stream {_epoch}"),
        Wish.Newest => Words($"the newest {_number}"),
        Wish.ButOldest => Words($"all that is kept but the oldest {_number}"),
        Wish.AfterEventOnly => "everything after a message that it names",
        _ => Words($"everything after the time {_stamp.Time}"),
    } + (_hidesPast ? ", but it may not read what was published before it came" : "");

    private static string Words(FormattableString text) =>
        text.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The same wish, in a stream that may continue the one of its place.</summary>
    internal Replay In(in Losses losses, long epoch) =>
        _wish == Wish.Resume && losses.Continues is not null
            ? new(Continuation.Translate(Place, losses, epoch), _hidesPast)
            : this;

    /// <summary>Selects what it wants of the messages kept, oldest first.</summary>
    /// <param name="stream">Its epoch, and the offset of its next message.</param>
    internal Message[] Select(History history, StreamPosition stream) => _wish switch
    {
        _ when _hidesPast => [],
        Wish.Resume when _number != 0 => history.ReadFrom(Place.IsVoidIn(stream, out _) ? 1 : _number),
        Wish.FromOffset when _number != 0 => history.ReadFrom(_number),
        Wish.Newest => history.ReadNewest((int)Math.Clamp(_number, 0, int.MaxValue)),
        Wish.ButOldest => history.ReadNewest((int)Math.Max(0, history.Count - _number)),
        Wish.After or Wish.AfterEventOnly => history.ReadAfter(IsLastSeen, IsLater),
        _ => [],
    };

    private StreamPosition Place => new(_epoch, _number);

    private bool IsLastSeen(Message message) =>
        (_wish == Wish.After && message.Stamp == _stamp)
        || (_eventId is { } id && message.Labels?.EventId is { } own && id.Span.SequenceEqual(own));

    private bool IsLater(Message message) => _wish == Wish.After && message.Stamp > _stamp;
}
