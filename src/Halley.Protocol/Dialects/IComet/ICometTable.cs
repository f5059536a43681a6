using Halley.Protocol.Options;
using static Halley.Protocol.Options.Option<Halley.Protocol.Dialects.IComet.ICometOptions>;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>The options of the front port that are iComet's own; its other options are those of any port.</summary>
public static class ICometTable
{
    public static IReadOnlyList<Option<ICometOptions>> All { get; } =
    [
        Word(
            "auth",
            ["none", "token"],
            "Whether a subscriber needs the token that `/sign` gives out.",
            o => o.RequireToken ? "token" : "none",
            (o, word) => o.RequireToken = word == "token"),
        Seconds(
            "polling_timeout",
            "Seconds that a subscriber hears nothing before it is sent a noop.",
            o => o.PollingTimeout,
            (o, time) => o.PollingTimeout = time),
        Number(
            "max_channel_name",
            "Bytes that the name of a channel may have; 400 beyond.",
            o => o.MaxChannelNameBytes,
            (o, number) => o.MaxChannelNameBytes = number) with { IsOurs = true },
        List(
            "websocket_subprotocols",
            ValueKind.Subprotocol,
            "The sub-protocols that `/ws` agrees to where a client offers them.",
            o => o.WebSocketSubprotocols) with { IsOurs = true },
    ];
}
