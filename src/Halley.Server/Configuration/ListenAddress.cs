using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Halley.Engine;

namespace Halley.Server.Configuration;

/// <summary>
/// A place to listen or to connect to, as operators write it: <c>127.0.0.1:8100</c>, <c>[::1]:8100</c>,
/// <c>localhost:8100</c>, <c>:8100</c>.
/// </summary>
/// <param name="Host">An address or a name; empty for every IPv4 address.</param>
internal sealed record ListenAddress(string Host, int Port)
{
    /// <summary>The word that stands in place of an address: not to listen there at all.</summary>
    public const string Off = "off";

    public static bool TryParse(string text, out ListenAddress address)
    {
        address = new ListenAddress("", 0);
        var colon = text.LastIndexOf(':');
        if (colon < 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort)
        {
            return false;
        }

        var host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
            address = new ListenAddress(host, port);
            return IPAddress.TryParse(host, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6;
        }

        address = new ListenAddress(host, port);
        return host.Length == 0 || IsIPv4(host) || IsName(host);
    }

    /// <summary>Whether a text says where to listen: an address, or a Unix socket.</summary>
    public static bool IsPlace(string text) =>
        UnixPath.TryParse(text, out _) || (!UnixPath.IsMeant(text) && TryParse(text, out _));

    /// <summary>Reads the place to listen at; null where the text says <see cref="Off"/>.</summary>
    /// <exception cref="ConfigurationException">
    /// It says nothing of the kind, or names a host that nobody knows.
    /// </exception>
    public static EndPoint? PlaceUnlessOff(string listen, string unixMode) =>
        listen == Off ? null : PlaceOf(listen, unixMode);

    /// <summary>Reads the place to listen at, a Unix socket too.</summary>
    /// <param name="unixMode">The mode of its file.</param>
    /// <exception cref="ConfigurationException">
    /// It says nothing of the kind, or names a host that nobody knows.
    /// </exception>
    public static EndPoint PlaceOf(string listen, string unixMode) =>
        UnixPath.TryParse(listen, out var path) && UnixPath.TryParseMode(unixMode, out var mode)
            ? new UnixEndPoint(path, mode)
            : AddressOf(listen);

    /// <summary>Reads the address to listen at.</summary>
    /// <exception cref="ConfigurationException">
    /// It says nothing of the kind, or names a host that nobody knows.
    /// </exception>
    public static IPEndPoint AddressOf(string listen) => TryParse(listen, out var address)
        ? address.Resolve()
        : throw new ConfigurationException($"\"{listen}\" is no address to listen on");

    /// <summary>Whether only this machine can come here.</summary>
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var ip) && IPAddress.IsLoopback(ip));

    /// <summary>The address to bind; a name is looked up, and its IPv4 address taken first.</summary>
    /// <exception cref="ConfigurationException">The name is nobody's.</exception>
    public IPEndPoint Resolve()
    {
        if (Host.Length == 0)
        {
            return new IPEndPoint(IPAddress.Any, Port);
        }

        if (IPAddress.TryParse(Host, out var ip))
        {
            return new IPEndPoint(ip, Port);
        }

        try
        {
            return new IPEndPoint(Dns.GetHostAddresses(Host).OrderBy(found => found.AddressFamily).First(), Port);
        }
        catch (Exception unknown) when (unknown is SocketException or InvalidOperationException)
        {
            throw new ConfigurationException(
                $"{Host}:{Port}: no address is known for the name {Host}; write an address, "
                    + "or put the name into the hosts file");
        }
    }

    /// <summary>
    /// Makes the root URL, without a slash at the end, by which a client on this machine finds what listens here.
    /// </summary>
    public string ToUrl() => ToUrl(Host, Port);

    /// <summary>
    /// Makes the words by which curl reaches what listens at a place: the beginning of its URL, in quotes that the path
    /// and another one close.
    /// </summary>
    /// <param name="isTls">
    /// Whether TLS is spoken there; curl does not look at the certificate then, which is for another name than this.
    /// </param>
    public static string ToCurl(EndPoint place, bool isTls = false) => place switch
    {
        UnixEndPoint file => $"--unix-socket {file.Path} \"http://localhost",
        _ => $"{(isTls ? "-k " : "")}\"{ToUrl((IPEndPoint)place, isTls)}",
    };

    public static string ToUrl(IPEndPoint endPoint, bool isTls = false)
    {
        var url = ToUrl(endPoint.Address.ToString(), endPoint.Port);
        return isTls ? url.Replace("http://", "https://", StringComparison.Ordinal) : url;
    }

    private static string ToUrl(string host, int port) => host switch
    {
        "" or "0.0.0.0" => $"http://127.0.0.1:{port}",
        "::" => $"http://[::1]:{port}",
        _ when host.Contains(':') => $"http://[{host}]:{port}",
        _ => $"http://{host}:{port}",
    };

    /// <summary>Four numbers: IPAddress would also take 127.1 and 8100, which nobody means.</summary>
    private static bool IsIPv4(string host) => host.Count(c => c == '.') == 3 && IPAddress.TryParse(host, out _);

    /// <summary>A name has a letter, so that a mistyped address is not looked up as a name.</summary>
    private static bool IsName(string host) =>
        host.Any(char.IsAsciiLetter)
        && !host.StartsWith('-') && !host.StartsWith('.')
        && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
