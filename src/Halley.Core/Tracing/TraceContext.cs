using System.Diagnostics;
using System.Text;

namespace Halley.Tracing;

/// <summary>
/// The context of a trace as a message carries it: a W3C <c>traceparent</c> in ASCII, and behind a line feed its
/// <c>tracestate</c>, where there is one. Any thread.
/// </summary>
public static class TraceContext
{
    /// <summary>The most bytes of a <c>tracestate</c> that is kept; a longer one is left out.</summary>
    public const int MaxStateBytes = 512;

    // That of version 00. A later one may be longer, and begins in the same way.
    private const int ParentBytes = 55;

    private const int MaxParentBytes = 256;

    /// <summary>Reads the two fields of a request.</summary>
    /// <param name="state">Empty for none.</param>
    /// <returns>Null where <paramref name="parent"/> is none.</returns>
    public static byte[]? Read(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> state) =>
        parent.Length is >= ParentBytes and <= MaxParentBytes
        && ActivityContext.TryParse(Encoding.ASCII.GetString(parent), null, out var context)
            ? Write(context, IsState(state) ? Encoding.ASCII.GetString(state) : null)
            : null;

    /// <summary>The context of an activity; null for that of none.</summary>
    public static byte[]? Of(Activity? activity) =>
        activity is { IdFormat: ActivityIdFormat.W3C } ? Write(activity.Context, activity.TraceStateString) : null;

    /// <summary>The context as the platform has it; that of no trace where there is none.</summary>
    internal static ActivityContext Parse(byte[]? trace)
    {
        if (trace is null)
        {
            return default;
        }

        var text = Encoding.ASCII.GetString(trace);
        var line = text.IndexOf('\n', StringComparison.Ordinal);
        return ActivityContext.TryParse(
            line < 0 ? text : text[..line], line < 0 ? null : text[(line + 1)..], isRemote: true, out var context)
            ? context
            : default;
    }

    private static byte[] Write(in ActivityContext context, string? state)
    {
        var sampled = (context.TraceFlags & ActivityTraceFlags.Recorded) != 0 ? "01" : "00";
        var parent = $"00-{context.TraceId}-{context.SpanId}-{sampled}";
        return Encoding.ASCII.GetBytes(string.IsNullOrEmpty(state) ? parent : $"{parent}\n{state}");
    }

    private static bool IsState(ReadOnlySpan<byte> state) =>
        state.Length <= MaxStateBytes && !state.ContainsAnyExceptInRange((byte)' ', (byte)'~');
}
