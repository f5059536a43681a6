using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Halley.Server.Configuration;

namespace Halley.Server.Import;

/// <summary>
/// One listen line of nginx: where, and how it is spoken there. What one server says of an address holds for all
/// servers on it.
/// </summary>
/// <param name="Address">As halley.json has it.</param>
internal sealed record NginxListen(string Address)
{
    /// <summary>The place of a server without a listen line.</summary>
    public static NginxListen Default { get; } = new(":80");

    public bool IsTls { get; init; }

    public bool IsProxyProtocol { get; init; }

    /// <summary>Whether [::] takes IPv4 too: <c>ipv6only=off</c>.</summary>
    public bool TakesIPv4 { get; init; }

    /// <summary>Whether it is an address of IPv6 that stands for all.</summary>
    public bool IsIPv6Wildcard => Address.StartsWith("[::]:", StringComparison.Ordinal);

    public int Port => int.Parse(Address.AsSpan(Address.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);

    /// <param name="report">Told what cannot be taken over.</param>
    /// <returns>Null where Halley does not listen there.</returns>
    public static NginxListen? Read(NginxDirective listen, ImportReport report)
    {
        var parameters = listen.Arguments.Skip(1).ToList();
        if (parameters.Contains("quic") || parameters.Contains("http3"))
        {
            report.Leave(listen, "Halley does not speak HTTP/3; it comes by nginx in front, which may");
            return null;
        }

        if (AddressOf(listen.Arguments.Count > 0 ? listen.Arguments[0] : "80") is not { } address)
        {
            report.Leave(listen, "it is no address that Halley can listen on: ADDRESS:PORT, [IPV6]:PORT or a port");
            return null;
        }

        if (!IsKnown(address))
        {
            report.Leave(listen, "no address is known for that name; write one");
            return null;
        }

        foreach (var parameter in parameters)
        {
            if (ReasonAgainst(parameter) is { } why)
            {
                report.Leave(listen, why);
            }
        }

        return new NginxListen(address)
        {
            IsTls = parameters.Contains("ssl"),
            IsProxyProtocol = parameters.Contains("proxy_protocol"),
            TakesIPv4 = parameters.Contains("ipv6only=off"),
        };
    }

    private static string? AddressOf(string written)
    {
        var text = written.StartsWith("*:", StringComparison.Ordinal) ? written[1..] : written == "*" ? ":80" : written;
        text = text.All(char.IsAsciiDigit) ? ":" + text : text;
        text = text.EndsWith(']') || !text.Contains(':', StringComparison.Ordinal) ? text + ":80" : text;
        text = text.StartsWith("0.0.0.0:", StringComparison.Ordinal) ? text[7..] : text;
        if (!ListenAddress.TryParse(text, out var address))
        {
            return null;
        }

        return IPAddress.TryParse(address.Host, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6
            ? $"[{ip}]:{address.Port}"
            : text;
    }

    private static bool IsKnown(string address)
    {
        try
        {
            return ListenAddress.TryParse(address, out var parsed) && parsed.Resolve() is not null;
        }
        catch (ConfigurationException)
        {
            return false;
        }
    }

    private static string? ReasonAgainst(string parameter) => parameter switch
    {
        "http2" or "spdy" => "Halley speaks HTTP/1.1; HTTP/2 is for a proxy in front",
        _ when parameter.StartsWith("so_keepalive", StringComparison.Ordinal) =>
            "Halley has TCP's keepalive for all its connections, and heartbeats of its own",
        _ when parameter.StartsWith("setfib", StringComparison.Ordinal) => "Halley does not choose a routing table",
        "ssl" or "proxy_protocol" or "default_server" or "default" or "bind" or "reuseport" or "deferred"
            or "multipath" => null,
        _ when parameter.Contains('=', StringComparison.Ordinal) => null, // sizes of queues and buffers, ipv6only
        _ => "Halley has nothing like it",
    };
}
