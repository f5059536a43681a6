namespace Halley.Channels;

/// <summary>
/// The answer to a subscriber that came back with a place in the stream, in order: its position, every message kept
/// from there on, and between them what is missing. So it receives all of its stream, or learns what is lost.
/// </summary>
public static class Resumption
{
    /// <param name="asked">Its place: the offset that it wants next, 0 for none; epoch 0 where it knows none.</param>
    /// <param name="result">
    /// The result of attaching it, with <see cref="Replay.Resume"/> for that place, or <see cref="Replay.From"/> for
    /// its offset.
    /// </param>
    public static IEnumerable<ResumptionStep> Steps(StreamPosition asked, AttachResult result)
    {
        var (position, missed) = (result.Position, result.Missed);
        asked = Continuation.Translate(asked, result.Losses, position.Epoch);
        var isVoid = asked.IsVoidIn(position, out var reason);
        var next = asked.Offset == 0 ? position.Offset : isVoid ? FirstOf(missed, position) : asked.Offset;
        if (isVoid)
        {
            yield return new(new PositionNotice(PositionNoticeKind.Reset, next, missed.Count, reason));
        }
        else if (next == FirstOf(missed, position))
        {
            yield return new(new PositionNotice(PositionNoticeKind.Exact, next, missed.Count));
        }

        for (var i = 0; i <= missed.Count; i++)
        {
            var offset = i < missed.Count ? missed[i].Offset : position.Offset;
            if (offset > next)
            {
                yield return new(new PositionNotice(
                    PositionNoticeKind.Gap,
                    offset,
                    missed.Count - i,
                    result.Losses.ReasonFor(offset - 1),
                    From: next,
                    To: offset - 1));
            }

            if (i < missed.Count)
            {
                yield return new(missed[i]);
                next = offset + 1;
            }
        }
    }

    /// <summary>The worst that its notices say: a reset, else a gap, else that nothing is lost.</summary>
    internal static PositionNoticeKind Outcome(StreamPosition asked, AttachResult result)
    {
        var outcome = PositionNoticeKind.Exact;
        foreach (var step in Steps(asked, result))
        {
            if (step.Message is null && step.Notice.Kind != PositionNoticeKind.Exact)
            {
                outcome = step.Notice.Kind;
                break;
            }
        }

        return outcome;
    }

    private static long FirstOf(IReadOnlyList<Message> missed, StreamPosition position) =>
        missed is [var first, ..] ? first.Offset : position.Offset;
}

/// <summary>A notice or a message, for a subscriber that comes back.</summary>
public readonly record struct ResumptionStep
{
    public ResumptionStep(PositionNotice notice) => Notice = notice;

    public ResumptionStep(Message message) => Message = message;

    /// <summary>To be read where there is no message.</summary>
    public PositionNotice Notice { get; }

    public Message? Message { get; }
}
