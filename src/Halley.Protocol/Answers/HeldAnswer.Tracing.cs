using System.Text;
using Halley.Channels;
using Halley.Protocol.Clients;
using Halley.Protocol.Explaining;

namespace Halley.Protocol.Answers;

// What is noted of an answer that somebody watches. Of the others nothing is; they are asked for one bit.
public abstract partial class HeldAnswer
{
    private bool IsTraced => (_traits & Traits.IsTraced) != 0;

    /// <summary>The trace that events are noted in; null where nobody watches.</summary>
    private ConnectionTrace? Trace
    {
        get
        {
            if (!IsTraced)
            {
                return null;
            }

            var trace = Shared.Traced[this];
            if (trace.IsOver)
            {
                ForgetTrace();
                return null;
            }

            return trace;
        }
    }

    /// <summary>Whether what happens to it is noted. On its dispatcher.</summary>
    protected bool IsWatched => Trace is not null;

    /// <summary>Watches it for somebody, from now on. On its dispatcher.</summary>
    /// <returns>The client as it is.</returns>
    public ConnectedClient TraceFor(Watch watch)
    {
        var client = Describe();
        TraceOf(watch)?.Describe(client);
        return client;
    }

    /// <summary>Notes that its connection ends. On its dispatcher; before anything is detached.</summary>
    /// <param name="unsent">The bytes that were still to be sent.</param>
    protected void EndTrace(CloseReason reason, long unsent)
    {
        if (Trace is { } trace)
        {
            if (IsHeld)
            {
                trace.Describe(Describe());
            }

            trace.End(reason, unsent);
            ForgetTrace();
        }
    }

    /// <summary>Notes how much waits to be taken by the client.</summary>
    protected void TraceWaiting(long bytes) => Trace?.Waits(bytes);

    /// <inheritdoc/>
    protected override void OnAttached(
        ReadOnlySpan<byte> channel, in AttachOptions options, in AttachResult result) =>
        NoteAttached(channel, options, result);

    /// <summary>Notes what became of a wish to listen to a channel.</summary>
    internal void NoteAttached(ReadOnlySpan<byte> channel, in AttachOptions options, in AttachResult result)
    {
        if (Shared.Watches is not { All: { Length: > 0 } watches })
        {
            return;
        }

        foreach (var watch in watches)
        {
            if (IsMeant(watch.Filter, channel))
            {
                TraceOf(watch);
            }
        }

        if (Trace is { } trace)
        {
            Note(Encoding.UTF8.GetString(channel), options.Replay, result, trace);
            trace.Describe(Describe());
        }
    }

    private bool IsMeant(ConnectionFilter filter, ReadOnlySpan<byte> channel) =>
        filter.Channel is { } name
            ? channel.SequenceEqual(name)
            : filter.Client is { } id && IsCalled(id)
                || filter.User is { } user && Client?.User == user;

    private static void Note(string channel, in Replay replay, in AttachResult result, ConnectionTrace trace)
    {
        trace.Note(TraceWords.Asked, $"It asked for {channel}: {replay}.");
        if (result.Status is not (AttachStatus.Attached or AttachStatus.AnswerNow))
        {
            trace.Note(TraceWords.Refused, $"It was refused: {result.Status}.");
            return;
        }

        var (missed, position) = (result.Missed, result.Position);
        var isWhole = true;
        if (replay.Resumes(out var place))
        {
            foreach (var step in Resumption.Steps(place, result))
            {
                if (step.Message is null)
                {
                    trace.Note(TraceWords.Told, TraceWords.Of(step.Notice, channel));
                    isWhole &= step.Notice.Kind == PositionNoticeKind.Exact;
                }
            }
        }
        else if (replay.FirstWanted is { } wanted
            && (missed.Count > 0 ? missed[0].Offset : position.Offset) is var first
            && first > wanted)
        {
            isWhole = false;
            trace.Note(
                TraceWords.Lost,
                $"Messages {wanted} to {first - 1} are there no more "
                    + $"({TraceWords.Of(result.Losses.ReasonFor(first - 1))}); this protocol has no word for that.");
        }

        if (missed.Count > 0)
        {
            trace.Note(
                TraceWords.Replayed,
                $"It was given {missed.Count} that it missed: {missed[0].Offset} to {missed[^1].Offset}.");
        }
        else if (isWhole)
        {
            trace.Note(TraceWords.Told, $"It has missed nothing; the next message will be {position.Offset}.");
        }
    }

    private static string TextOf(Channel channel, Message message) =>
        $"Message {message.Offset} of {Encoding.UTF8.GetString(channel.Name)}, {message.Payload.Length} bytes.";

    // Null where as many are watched as may be.
    private ConnectionTrace? TraceOf(Watch watch)
    {
        var known = Trace;
        var trace = known ?? new ConnectionTrace(Describe(), Shared.Watches!.Time);
        if (!watch.TryAdd(trace))
        {
            return null;
        }

        if (known is null)
        {
            _traits |= Traits.IsTraced;
            Shared.Traced[this] = trace;
            trace.Note(TraceWords.Watched, "From here on it is watched.");
        }

        return trace;
    }

    private void ForgetTrace()
    {
        _traits &= ~Traits.IsTraced;
        Shared.Traced.Remove(this);
    }
}
