using Halley.Tracing;

namespace Halley.Protocol.Http;

/// <summary>The trace that a publisher's request belongs to, as W3C's Trace Context has it.</summary>
internal static class TraceFields
{
    /// <summary>Adds the trace of a publisher's request to what it says of its message.</summary>
    public static MessageLabels? LabelsWith(MessageLabels? labels, in RequestHead head) =>
        MessageLabels.WithTrace(labels, Of(head));

    /// <summary>Reads <c>traceparent</c> and <c>tracestate</c>.</summary>
    /// <returns>Null where there is no <c>traceparent</c>, more than one, or none that is right.</returns>
    public static byte[]? Of(in RequestHead head)
    {
        var position = 0;
        if (!head.TryNextField("traceparent"u8, ref position, out var parent)
            || head.TryNextField("traceparent"u8, ref position, out _))
        {
            return null;
        }

        position = 0;
        head.TryNextField("tracestate"u8, ref position, out var state);
        return TraceContext.Read(parent, state);
    }
}
