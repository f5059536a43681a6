using System.Text;

namespace Halley.Protocol.WebSockets;

/// <summary>Whether a client offers permessage-deflate in a way that can be taken (RFC 7692, 7.1).</summary>
internal static class DeflateOffer
{
    /// <summary>What is answered where it can: neither side carries anything from one message to the next.</summary>
    public const string Answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    /// <param name="offers">The value of a Sec-WebSocket-Extensions field: offers in the client's order, any of which may be taken.</param>
    public static bool IsIn(ReadOnlySpan<byte> offers)
    {
        foreach (var range in offers.Split((byte)','))
        {
            if (IsAcceptable(offers[range]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAcceptable(ReadOnlySpan<byte> offer)
    {
        var seen = Parameter.None;
        foreach (var range in offer.Split((byte)';'))
        {
            var part = offer[range].Trim(" \t"u8);
            if (seen == Parameter.None)
            {
                if (!Ascii.EqualsIgnoreCase(part, "permessage-deflate"u8))
                {
                    return false;
                }

                seen = Parameter.Name;
                continue;
            }

            var parameter = Read(part);
            if (parameter == Parameter.None || seen.HasFlag(parameter))
            {
                return false;
            }

            seen |= parameter;
        }

        return seen != Parameter.None;
    }

    // None for what cannot be done: to keep to a smaller window of our own is nothing that the compressor can be told.
    private static Parameter Read(ReadOnlySpan<byte> part)
    {
        var equals = part.IndexOf((byte)'=');
        var name = (equals < 0 ? part : part[..equals]).TrimEnd(" \t"u8);
        var value = equals < 0 ? default : part[(equals + 1)..].Trim(" \t\""u8);
        if (Ascii.EqualsIgnoreCase(name, "client_max_window_bits"u8))
        {
            var isBits = value is [>= (byte)'8' and <= (byte)'9'] or [(byte)'1', >= (byte)'0' and <= (byte)'5'];
            return equals < 0 || isBits ? Parameter.ClientWindow : Parameter.None;
        }

        return equals >= 0 ? Parameter.None
            : Ascii.EqualsIgnoreCase(name, "server_no_context_takeover"u8) ? Parameter.ServerTakeover
            : Ascii.EqualsIgnoreCase(name, "client_no_context_takeover"u8) ? Parameter.ClientTakeover
            : Parameter.None;
    }

    [Flags]
    private enum Parameter
    {
        None = 0,
        Name = 1,
        ClientWindow = 2,
        ServerTakeover = 4,
        ClientTakeover = 8,
    }
}
