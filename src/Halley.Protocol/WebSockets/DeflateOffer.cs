using System.Text;

namespace Halley.Protocol.WebSockets;

/// <summary>
/// A client's offer of permessage-deflate, and what of it is taken (RFC 7692, 7.1): the first offer that can be kept.
/// </summary>
/// <param name="IsTaken">Whether there is one.</param>
/// <param name="WindowBits">The window that we must keep to, as a power of 2; 0 where the client names none.</param>
public readonly record struct DeflateOffer(bool IsTaken, int WindowBits = 0)
{
    // What the compressor always uses; it cannot be told to use less.
    private const int OwnWindowBits = 15;

    /// <summary>
    /// Whether messages to this client may be compressed: not where its window is smaller than ours. A message need not
    /// be.
    /// </summary>
    public bool MayCompress => IsTaken && WindowBits is 0 or OwnWindowBits;

    /// <summary>Writes the answer: neither side carries anything from one message to the next.</summary>
    public void WriteAnswer(ByteBuffer output)
    {
        output.Write("permessage-deflate; server_no_context_takeover; client_no_context_takeover"u8);
        if (WindowBits > 0)
        {
            output.Write("; server_max_window_bits="u8);
            output.WriteDecimal(WindowBits);
        }
    }

    /// <param name="offers">
    /// The value of a Sec-WebSocket-Extensions field: offers in the order that the client likes them.
    /// </param>
    public static DeflateOffer In(ReadOnlySpan<byte> offers)
    {
        while (!offers.IsEmpty)
        {
            if (Read(TakePart(ref offers, (byte)',')) is { IsTaken: true } offer)
            {
                return offer;
            }
        }

        return default;
    }

    private static DeflateOffer Read(ReadOnlySpan<byte> offer)
    {
        var endsEmpty = offer.EndsWith(";"u8);
        if (endsEmpty || !Ascii.EqualsIgnoreCase(TakePart(ref offer, (byte)';'), "permessage-deflate"u8))
        {
            return default;
        }

        var seen = Parameter.None;
        var windowBits = 0;
        while (!offer.IsEmpty)
        {
            var parameter = Read(TakePart(ref offer, (byte)';'), out var bits);
            if (parameter == Parameter.None || seen.HasFlag(parameter))
            {
                return default;
            }

            seen |= parameter;
            windowBits = parameter == Parameter.ServerWindow ? bits : windowBits;
        }

        return new(true, windowBits);
    }

    // None for what is not known, or has no right value: then the offer must be declined.
    private static Parameter Read(ReadOnlySpan<byte> part, out int bits)
    {
        var equals = part.IndexOf((byte)'=');
        var name = (equals < 0 ? part : part[..equals]).TrimEnd(" \t"u8);
        bits = equals < 0 ? 0 : BitsOf(part[(equals + 1)..].TrimStart(" \t"u8));
        return Ascii.EqualsIgnoreCase(name, "client_max_window_bits"u8)
            ? equals < 0 || bits > 0 ? Parameter.ClientWindow : Parameter.None
            : Ascii.EqualsIgnoreCase(name, "server_max_window_bits"u8)
                ? bits > 0 ? Parameter.ServerWindow : Parameter.None
            : equals >= 0 ? Parameter.None
            : Ascii.EqualsIgnoreCase(name, "server_no_context_takeover"u8) ? Parameter.ServerTakeover
            : Ascii.EqualsIgnoreCase(name, "client_no_context_takeover"u8) ? Parameter.ClientTakeover
            : Parameter.None;
    }

    // 8 to 15, in quotation marks or not; 0 for anything else.
    private static int BitsOf(ReadOnlySpan<byte> value)
    {
        if (value is [(byte)'"', .. var quoted, (byte)'"'])
        {
            value = quoted;
        }

        return value switch
        {
            [>= (byte)'8' and <= (byte)'9' and var digit] => digit - '0',
            [(byte)'1', >= (byte)'0' and <= (byte)'5' and var digit] => 10 + digit - '0',
            _ => 0,
        };
    }

    // Up to a separator that does not stand in a quoted string (RFC 9110, 5.6.4); what is left begins behind it.
    private static ReadOnlySpan<byte> TakePart(ref ReadOnlySpan<byte> text, byte separator)
    {
        var isQuoted = false;
        var end = 0;
        for (; end < text.Length && (isQuoted || text[end] != separator); end++)
        {
            if (isQuoted && text[end] == '\\')
            {
                end++;
            }
            else if (text[end] == '"')
            {
                isQuoted = !isQuoted;
            }
        }

        end = Math.Min(end, text.Length);
        var part = text[..end].Trim(" \t"u8);
        text = text[Math.Min(end + 1, text.Length)..].Trim(" \t"u8);
        return part;
    }

    [Flags]
    private enum Parameter
    {
        None = 0,
        ClientWindow = 1,
        ServerWindow = 2,
        ServerTakeover = 4,
        ClientTakeover = 8,
    }
}
