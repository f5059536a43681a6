using System.Net;
using System.Net.Sockets;

namespace Halley.Load.Wire;

/// <summary>A URL with places to fill in: {channel}, {seq}, {message}.</summary>
internal sealed class UrlTemplate
{
    private UrlTemplate(string text, IPEndPoint address, string host, string path) =>
        (Text, Address, Host, Path) = (text, address, host, path);

    public string Text { get; }

    public IPEndPoint Address { get; }

    /// <summary>The field Host.</summary>
    public string Host { get; }

    /// <summary>Path and query, the places still open.</summary>
    public string Path { get; }

    /// <summary>Whether we may come from any of the addresses 127.x.y.z, so that ports suffice.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address.Address);

    /// <param name="option">The option it was given with, for the sentence.</param>
    /// <exception cref="LoadException">It is no URL that can be asked.</exception>
    public static UrlTemplate Parse(string option, string text)
    {
        var afterScheme = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var scheme = afterScheme > 2 ? text[..(afterScheme - 3)] : "";
        if (scheme is "https" or "wss")
        {
            throw new LoadException(
                $"{option} is \"{text}\": TLS is not spoken here; measure the server itself, "
                    + $"with {(scheme == "wss" ? "ws" : "http")}://");
        }

        var slash = text.IndexOf('/', Math.Max(afterScheme, 0));
        var host = slash < 0 ? text[Math.Max(afterScheme, 0)..] : text[afterScheme..slash];
        var colon = host.LastIndexOf(':');
        var port = 80;
        if (scheme is not ("http" or "ws") || host.Length == 0
            || (colon >= 0 && (!int.TryParse(host[(colon + 1)..], out port) || port is < 1 or > IPEndPoint.MaxPort)))
        {
            throw new LoadException(
                $"{option} is \"{text}\"; "
                    + $"it wants a URL such as http://127.0.0.1:8100/stream?cname={{channel}}&seq={{seq}}");
        }

        var path = slash < 0 ? "/" : text[slash..];
        if (path.AsSpan().ContainsAny(" \r\n\t"))
        {
            throw new LoadException($"{option} is \"{text}\": a URL has no white space; write %20");
        }

        return new UrlTemplate(
            text, new IPEndPoint(Resolve(option, colon < 0 ? host : host[..colon]), port), host, path);
    }

    public bool Has(string place) => Path.Contains(place, StringComparison.Ordinal);

    private static IPAddress Resolve(string option, string name)
    {
        try
        {
            var found = IPAddress.TryParse(name, out var address)
                ? [address]
                : Dns.GetHostAddresses(name, AddressFamily.InterNetwork);
            return found.First(candidate => candidate.AddressFamily == AddressFamily.InterNetwork);
        }
        catch (Exception unknown) when (unknown is SocketException or InvalidOperationException or ArgumentException)
        {
            throw new LoadException($"{option}: \"{name}\" has no IPv4 address; write one, such as 127.0.0.1");
        }
    }
}
