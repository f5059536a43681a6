using System.Text;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Http;

/// <summary>The reason for a refusal, as the operator's log has it.</summary>
/// <param name="Status">A status of HTTP, or the code that a WebSocket was closed with.</param>
/// <param name="Reason">What the client was told, one line; else the status's phrase.</param>
public sealed record RefusalNote(string Status, string Reason)
{
    private const int MostReasonBytes = 200;

    private static ReadOnlySpan<byte> Explanation => "-Explain: "u8;

    /// <param name="body">Of the answer; empty where it has none, or it is somebody else's.</param>
    public static RefusalNote Of(ResponseHead head, ReadOnlySpan<byte> body)
    {
        var status = head.Status.Span;
        var reason = head.IsPassedOn || body.StartsWith("<"u8) ? default : FirstLine(body);
        if (reason.IsEmpty && head.LastFields.Span.IndexOf(Explanation) is var at and >= 0)
        {
            reason = FirstLine(head.LastFields.Span[(at + Explanation.Length)..]);
        }

        return Of(status[..3], reason.IsEmpty ? FirstLine(status[3..].TrimStart((byte)' ')) : reason);
    }

    /// <summary>
    /// The note of a WebSocket that is closed for what its client did, or may not do now; null where it is closed since
    /// something has ended.
    /// </summary>
    public static RefusalNote? OfClosing(CloseCode code, ReadOnlySpan<byte> reason) =>
        code is CloseCode.ProtocolError or CloseCode.UnsupportedData or CloseCode.InvalidPayload
            or CloseCode.PolicyViolation or CloseCode.TooBig or CloseCode.TryAgainLater
            ? new($"{(int)code}", Encoding.UTF8.GetString(FirstLine(reason)))
            : null;

    public static RefusalNote Of(ReadOnlySpan<byte> status, ReadOnlySpan<byte> reason) =>
        new(Encoding.ASCII.GetString(status), Encoding.UTF8.GetString(FirstLine(reason)));

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)'\r', (byte)'\n');
        var line = end < 0 ? text : text[..end];
        return line[..Math.Min(line.Length, MostReasonBytes)];
    }
}
