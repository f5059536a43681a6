using System.Text;
using System.Text.RegularExpressions;
using Halley.Protocol.Routing;
using Halley.Server.Configuration.Listeners;

namespace Halley.Server.Commands;

/// <summary>
/// A command that tries an endpoint of the operator's own, with channel 12; none where it might not be let in, or the
/// channel's name is put together in some other way.
/// </summary>
internal static class EndpointHint
{
    private const string Channel = "12";

    /// <summary>An operator's pattern may be slow to match; there is a server to start.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <returns>Null where there is none.</returns>
    public static string? ToSubscribe(EndpointSection endpoint, string url)
    {
        var path = IsOpen(endpoint) ? endpoint.Kind switch
        {
            "streaming" or "long-polling" or "polling" or "eventsource"
                when !endpoint.PushStream.AuthorizedChannelsOnly =>
                PathOf(endpoint, endpoint.PushStream.ChannelsPath!),
            "nchan_subscriber" or "nchan_pubsub" =>
                PathOf(endpoint, OneOf(endpoint.Nchan.SubscriberChannelId, endpoint.Nchan.ChannelId)),
            "icomet-front" => Below(endpoint, $"/sub?cname={Channel}&seq=1"),
            "mini-comet" => Below(endpoint, $"/sub?id={Channel}"),
            _ => null,
        } : null;
        return path is null ? null : $"{Curl(url)} -N \"{url}{path}\"";
    }

    // The certificate is for another name than this machine's own.
    private static string Curl(string url) =>
        url.StartsWith("https:", StringComparison.Ordinal) ? "curl -k" : "curl";

    /// <returns>Null where there is none.</returns>
    public static string? ToPublish(EndpointSection endpoint, string url)
    {
        if (!IsOpen(endpoint))
        {
            return null;
        }

        var posted = endpoint.Kind switch
        {
            "publisher" or "publisher-admin" => PathOf(endpoint, endpoint.PushStream.ChannelsPath!),
            "nchan_publisher" or "nchan_pubsub" =>
                PathOf(endpoint, OneOf(endpoint.Nchan.PublisherChannelId, endpoint.Nchan.ChannelId)),
            _ => null,
        };
        var asked = endpoint.Kind switch
        {
            "icomet-admin" => Below(endpoint, $"/push?cname={Channel}&content=hi"),
            "mini-comet" => Below(endpoint, $"/pub?id={Channel}&content=hi"),
            _ => null,
        };
        if (endpoint.Kind == "api" && Below(endpoint, "/publish") is { } path)
        {
            return $"{Curl(url)} -d '{{\"channel\":\"{Channel}\",\"data\":\"hi\"}}' \"{url}{path}\"";
        }

        return posted is not null ? $"{Curl(url)} -d hi \"{url}{posted}\""
            : asked is not null ? $"{Curl(url)} \"{url}{asked}\""
            : null;
    }

    /// <summary>Whether this machine is surely let in, and nobody else is asked.</summary>
    private static bool IsOpen(EndpointSection endpoint) =>
        endpoint.Deny.Count == 0
        && (endpoint.Allow.Count == 0 || endpoint.Allow.Any(rule => rule is "all" or "127.0.0.1" or "127.0.0.0/8"))
        && endpoint.Nchan.AuthorizeRequest is null or "";

    private static string OneOf(List<string> own, List<string> both) =>
        (own.Count > 0 ? own : both) is [var only] ? only : "";

    private static string? Below(EndpointSection endpoint, string path) =>
        endpoint.Location is { Kind: LocationKind.Prefix, Written: "/" } ? path : null;

    /// <param name="channel">The expression that the channel's name comes from.</param>
    private static string? PathOf(EndpointSection endpoint, string channel)
    {
        const string Argument = "$arg_";
        var location = endpoint.Location!;
        var text = Encoding.UTF8.GetString(location.Text);
        if (location.Kind != LocationKind.Pattern)
        {
            return channel.StartsWith(Argument, StringComparison.Ordinal)
                && IsPlain(text)
                && IsPlain(channel[Argument.Length..])
                ? $"{text}?{channel[Argument.Length..]}={Channel}"
                : null;
        }

        // "^/sub/(.*)$": the text before the one part that the pattern captures.
        var group = text.IndexOf('(', StringComparison.Ordinal);
        var path = group > 1 && text[0] == '^' ? text[1..group] + Channel : "";
        return channel == "$1" && path.StartsWith('/') && IsPlain(path) && Captures(text, path) ? path : null;
    }

    private static bool IsPlain(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.');

    private static bool Captures(string pattern, string path)
    {
        try
        {
            var match = Regex.Match(path, pattern, RegexOptions.CultureInvariant, Patience);
            return match.Success && match.Value == path && match.Groups[1].Value == Channel;
        }
        catch (Exception unclear) when (unclear is RegexMatchTimeoutException or ArgumentException)
        {
            return false;
        }
    }
}
