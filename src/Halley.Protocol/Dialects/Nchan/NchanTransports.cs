using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>The transports of a subscriber; nchan's words for them are in <see cref="NchanTransports"/>.</summary>
[Flags]
public enum NchanTransport
{
    None = 0,
    LongPoll = 1,
    IntervalPoll = 2,
    EventSource = 4,
    Multipart = 8,
    Chunked = 16,
    RawStream = 32,
    WebSocket = 64,
}

/// <summary>
/// The transport that a request gets, by its header, of those that a location allows; and nchan's words for them.
/// </summary>
public static class NchanTransports
{
    public static IReadOnlyDictionary<string, NchanTransport> Names { get; } = new Dictionary<string, NchanTransport>(
        StringComparer.Ordinal)
    {
        ["websocket"] = NchanTransport.WebSocket,
        ["eventsource"] = NchanTransport.EventSource,
        ["longpoll"] = NchanTransport.LongPoll,
        ["intervalpoll"] = NchanTransport.IntervalPoll,
        ["http-chunked"] = NchanTransport.Chunked,
        ["http-multipart"] = NchanTransport.Multipart,
        ["http-raw-stream"] = NchanTransport.RawStream,
    };

    /// <summary>nchan's word for a single transport; a backend is told it.</summary>
    internal static string NameOf(NchanTransport transport) => Names.First(pair => pair.Value == transport).Key;

    /// <summary>
    /// Chooses the transport that the request asks for, if that is allowed; else the one that is allowed and asks for
    /// nothing.
    /// </summary>
    /// <returns>None where nothing fits.</returns>
    internal static NchanTransport Choose(in HttpRequest request, NchanTransport allowed)
    {
        if (HasToken(request.Field("Upgrade"u8), "websocket"u8))
        {
            return allowed & NchanTransport.WebSocket;
        }

        var accept = request.Field("Accept"u8);
        return allowed.HasFlag(NchanTransport.EventSource) && HasToken(accept, "text/event-stream"u8)
            ? NchanTransport.EventSource
            : allowed.HasFlag(NchanTransport.Multipart) && HasToken(accept, "multipart/mixed"u8)
                ? NchanTransport.Multipart
            : allowed.HasFlag(NchanTransport.Chunked) && HasToken(request.Field("TE"u8), "chunked"u8)
                ? NchanTransport.Chunked
            : First(allowed, NchanTransport.LongPoll, NchanTransport.IntervalPoll, NchanTransport.RawStream);
    }

    /// <summary>Whether a list in a field has this word, whatever parameters stand behind it.</summary>
    private static bool HasToken(ReadOnlySpan<byte> list, ReadOnlySpan<byte> word)
    {
        foreach (var range in list.Split((byte)','))
        {
            var item = list[range];
            var parameters = item.IndexOf((byte)';');
            if (System.Text.Ascii.EqualsIgnoreCase((parameters < 0 ? item : item[..parameters]).Trim(" \t"u8), word))
            {
                return true;
            }
        }

        return false;
    }

    private static NchanTransport First(NchanTransport allowed, params ReadOnlySpan<NchanTransport> wanted)
    {
        foreach (var transport in wanted)
        {
            if (allowed.HasFlag(transport))
            {
                return transport;
            }
        }

        return NchanTransport.None;
    }
}
