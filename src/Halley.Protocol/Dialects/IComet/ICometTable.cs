using Halley.Protocol.Clients;
using Halley.Protocol.Options;
using static Halley.Protocol.Options.Option<Halley.Protocol.Dialects.IComet.ICometOptions>;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>The options of the front port that are iComet's own; its other options are those of any port.</summary>
public static class ICometTable
{
    public static IReadOnlyList<Option<ICometOptions>> All { get; } =
    [
        Of(
            "auth",
            ValueKind.Word,
            "How subscribers prove who they are: `none`; `token`, which `/sign` gives out for a channel; `jwt`; "
                + "`hook`; or several joined by `+`.",
            o => AuthWords.Write(o.Auth),
            (o, words) => o.Auth = AuthWords.TryParse(words, out var modes) ? modes : default) with
        {
            Wants = "none, or token, jwt and hook, joined by + where all must agree",
            Check = static words => AuthWords.TryParse(words, out _),
        },
        Of(
            "auth_hook",
            ValueKind.Text,
            "Where the hook is asked about channels: a URL such as http://127.0.0.1:8080/auth.",
            o => o.AuthHook,
            (o, address) => o.AuthHook = address) with { IsOurs = true },
        Of(
            "auth_connect_hook",
            ValueKind.Text,
            "Where it is asked before that who a client is, whatever the channel: a URL, too.",
            o => o.AuthConnectHook,
            (o, address) => o.AuthConnectHook = address) with { IsOurs = true },
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
