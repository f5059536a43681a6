using Halley.Protocol.WebSockets;
using Halley.Testing;

namespace Halley.Protocol.Tests.WebSockets;

/// <summary>What a client sends, and what is made of it.</summary>
internal static class Clients
{
    public static readonly FrameRules Strict = new(
        WebSocketOptions.Default, MaxMessageBytes: 64 * 1024, IsDeflateAgreed: false);

    public static readonly FrameRules TakesAll =
        new(
            new() { TakesBinary = true, TakesUnmasked = true, IgnoresReservedBits = true },
            MaxMessageBytes: 64 * 1024,
            IsDeflateAgreed: false);

    public static byte[] Text(string text, bool isFinal = true) =>
        RawWebSocket.Frame(RawWebSocket.TextFrame, text, isFinal);

    public static byte[] Continuation(string text, bool isFinal) =>
        RawWebSocket.Frame(RawWebSocket.Continuation, text, isFinal);

    /// <summary>
    /// Everything that is heard, as one line for each: its kind, its code where there is one, its content in Latin 1.
    /// </summary>
    /// <param name="cuts">Where the bytes are cut: how many come at a time, over and over.</param>
    public static List<string> Hear(ReadOnlySpan<byte> bytes, FrameRules rules, params ReadOnlySpan<int> cuts)
    {
        var reader = new MessageReader(new ByteBuffer(), new ByteBuffer());
        var heard = new List<string>();
        var copy = bytes.ToArray();
        for (int start = 0, turn = 0; start < copy.Length; turn++)
        {
            var length = Math.Min(cuts.IsEmpty ? copy.Length : cuts[turn % cuts.Length], copy.Length - start);
            var piece = copy.AsSpan(start, length);
            start += length;
            while (!piece.IsEmpty)
            {
                var incoming = reader.Read(piece, rules, out var consumed);
                Assert.InRange(consumed, incoming.Kind == IncomingKind.None ? piece.Length : 1, piece.Length);
                piece = piece[consumed..];
                if (incoming.Kind != IncomingKind.None)
                {
                    var code = incoming.Code == 0 ? "" : $" {(int)incoming.Code}";
                    heard.Add($"{incoming.Kind}{code} {incoming.Content.Latin1()}".TrimEnd(' '));
                }

                if (incoming.Kind is IncomingKind.Close or IncomingKind.Fault)
                {
                    return heard;
                }
            }
        }

        if (!reader.IsIdle)
        {
            heard.Add("...");
        }

        return heard;
    }
}
