using System.Text;
using Halley.Channels;
using Halley.Protocol.Explaining;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Answers;

// A client that is behind: one that missed much, or was too slow for its channel. Nothing is written but slices of what
// it lacks, the next one each time that it has taken the last, until it has caught up. Answers with one channel do
// that; those with several are written all at once.
public abstract partial class HeldAnswer
{
    /// <summary>
    /// Bytes after which a slice ends: with one message more it is no more than any client may let wait, whatever waits
    /// for the others.
    /// </summary>
    internal const int SliceBytes = 48 * 1024;

    /// <summary>Whether it is behind, and goes on when its client has taken all that was written.</summary>
    protected bool IsLagging => (_traits & Traits.IsLagging) != 0;

    /// <summary>The offset that one of its places is to be told next. On its dispatcher.</summary>
    protected long NextOf(Subscription place) =>
        IsLagging && place == this ? Shared.Lagging[this].Next : place.Next;

    /// <summary>
    /// Goes on where it is behind. The host calls it when the client has taken all that was written. On its dispatcher.
    /// </summary>
    protected void CatchUp()
    {
        if (!IsLagging || _format is not { } format)
        {
            return;
        }

        try
        {
            var lag = Shared.Lagging[this];
            lag.IsSkipping = false;
            if (lag.Newest is { } newest)
            {
                WriteNewest(format, lag, newest);
            }
            else
            {
                WriteSlice(format, lag);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <summary>Begins to be behind with what was missed.</summary>
    /// <param name="next">The first offset that it is behind with.</param>
    internal void FallBehind(long next, IReadOnlyList<Message> missed)
    {
        var lag = FallBehind(next);
        for (var i = 0; i < missed.Count && lag.IsWhole; i++)
        {
            if (missed[i].Offset >= next)
            {
                lag.Hold(missed[i]);
            }
        }
    }

    private Lag FallBehind(long next)
    {
        _traits |= Traits.IsLagging;
        return Shared.Lagging[this] = new Lag(next, MaxUntaken);
    }

    private void StopLagging()
    {
        if (IsLagging)
        {
            _traits &= ~Traits.IsLagging;
            Shared.Lagging.Remove(this);
        }
    }

    // Whether a message that there is no room for may be skipped, since its client is told so later.
    private bool TrySkip(Channel channel, Message message)
    {
        if (HasFurther || !_format!.TellsGaps)
        {
            return false;
        }

        var policy = channel.SlowConsumers;
        if (policy == SlowConsumerPolicy.End)
        {
            return false;
        }

        var lag = FallBehind(message.Offset);
        lag.IsSkipping = true;
        lag.IsWhole = false;
        lag.Newest = policy == SlowConsumerPolicy.Latest ? message : null;

        // So that its host looks at it again, and sees that it wants to know when all is taken.
        _ = Output;
        return true;
    }

    // A message for a client that is behind. It comes in its turn.
    private void DeliverBehind(Channel channel, Message message)
    {
        try
        {
            var lag = Shared.Lagging[this];
            if (lag.IsSkipping)
            {
                lag.Newest = lag.Newest is null ? null : message;
                Trace?.Note(TraceWords.Dropped, TextOf(channel, message));
                return;
            }

            lag.Hold(message);
            if (!lag.IsWhole && _format is { TellsGaps: false } && !channel.Keeps(message))
            {
                // It would be lost, and its client not be told.
                EndTooSlow();
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void WriteSlice(TransportFormat format, Lag lag)
    {
        for (var room = (long)SliceBytes; lag.HasHeld || lag.Next < Next;)
        {
            if (room <= 0)
            {
                return;
            }

            var before = WrittenBytes;
            if (lag.HasHeld ? !TryWriteHeld(format, Channel!, lag, room) : !TryWriteKept(format, lag, room))
            {
                return;
            }

            // A form may make nothing of a message: then nothing would be taken, and this not called again.
            room -= WrittenBytes - before;
        }

        StopLagging();
    }

    private long WrittenBytes
    {
        get
        {
            var output = Output;
            return output.Length + output.SharedLength;
        }
    }

    private bool TryWriteHeld(TransportFormat format, Channel channel, Lag lag, long bytes)
    {
        var messages = lag.First(bytes);
        var losses = channel.ReadSlice(lag.Next, lag.Next, 0, out _).Losses;
        var end = new StreamPosition(channel.Epoch, messages[^1].Offset + 1);
        var held = new AttachResult(AttachStatus.AnswerNow, channel, end, messages, losses);

        // What is missing between them was so when it came.
        var isWritten = TryWrite(format, lag, held, bytes, mayHaveHoles: true);
        lag.DropWritten();
        return isWritten;
    }

    private bool TryWriteKept(TransportFormat format, Lag lag, long bytes)
    {
        // No further than has been delivered: what is on its way comes behind it.
        var slice = Channel!.ReadSlice(lag.Next, Next, bytes, out _);
        return TryWrite(format, lag, slice, bytes, mayHaveHoles: false);
    }

    // Writes what was read, up to so many bytes; false where the client cannot be told what is lost, and is let go.
    private bool TryWrite(TransportFormat format, Lag lag, in AttachResult read, long bytes, bool mayHaveHoles)
    {
        var channel = read.Channel!;
        var identity = channel.Identity;
        var (shared, output, framing) = (Shared, Output, Framing);
        var end = output.Length + output.SharedLength + bytes;
        var trace = Trace;
        foreach (var step in Resumption.Steps(new StreamPosition(identity.Epoch, lag.Next), read))
        {
            if (step.Message is { } message)
            {
                trace?.Note(TraceWords.Delivered, TextOf(channel, message));
                format.WriteMessage(identity, message, framing, output);
                shared.CountDelivered();
                lag.Next = message.Offset + 1;
                if (output.Length + output.SharedLength >= end)
                {
                    break;
                }
            }
            else if (step.Notice.Kind == PositionNoticeKind.Gap)
            {
                if (!TryTell(format, channel, step.Notice, mayHaveHoles || !read.Losses.Reach(step.Notice.From)))
                {
                    return false;
                }

                lag.Next = step.Notice.To + 1;
            }
        }

        _lastSent = shared.Clock.Now;
        return true;
    }

    private void WriteNewest(TransportFormat format, Lag lag, Message newest)
    {
        var channel = Channel!;
        StopLagging();
        if (newest.Offset > lag.Next)
        {
            Tell(format, channel, GapBefore(newest.Offset, lag, LossReason.Slow, count: 1));
        }

        Write(channel, newest);
    }

    /// <param name="isNothingNew">
    /// Whether one who hears messages alone would not have been told of those either when it came.
    /// </param>
    private bool TryTell(TransportFormat format, Channel channel, in PositionNotice gap, bool isNothingNew)
    {
        if (format.TellsGaps)
        {
            Tell(format, channel, gap);
            return true;
        }

        if (isNothingNew)
        {
            return true;
        }

        Trace?.Note(TraceWords.Lost, TraceWords.Of(gap, ""));
        EndTooSlow();
        return false;
    }

    private void Tell(TransportFormat format, Channel channel, in PositionNotice notice)
    {
        Trace?.Note(TraceWords.Told, TraceWords.Of(notice, Encoding.UTF8.GetString(channel.Name)));
        format.WriteNotice(channel.Identity, notice, Framing, Output);
    }

    // Whether a client may be told that its channel has ended: it has what is kept for it, and word of what is lost.
    private bool TryTellRest(TransportFormat format, Channel channel, in Ending ending)
    {
        if (!IsLagging || ending.Reason != CloseReason.ChannelClosed)
        {
            return HasRoom();
        }

        var lag = Shared.Lagging[this];
        StopLagging();
        if (lag.HasHeld && !TryWriteHeld(format, channel, lag, long.MaxValue / 2))
        {
            return false;
        }

        // Where all was kept for it that is left, what is missing at the end was never kept.
        var end = lag.Newest?.Offset ?? ending.Position.Offset;
        var reason = lag.Newest is not null ? LossReason.Slow : lag.IsWhole ? LossReason.Limit : LossReason.Cleared;
        var gap = GapBefore(end, lag, reason, count: lag.Newest is null ? 0 : 1);
        if (lag.Next < end && !TryTell(format, channel, gap, isNothingNew: lag.IsWhole))
        {
            return false;
        }

        if (lag.Newest is { } newest)
        {
            format.WriteMessage(channel.Identity, newest, Framing, Output);
        }

        return true;
    }

    private static PositionNotice GapBefore(long end, Lag lag, LossReason reason, int count) =>
        new(PositionNoticeKind.Gap, end, count, reason, From: lag.Next, To: end - 1);
}
