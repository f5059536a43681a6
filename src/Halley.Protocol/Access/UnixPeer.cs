using System.Net;

namespace Halley.Protocol.Access;

/// <summary>
/// The address of a client that comes by a Unix socket: a process of this machine without an address. Rules and trusted
/// proxies know it as <c>unix:</c>, as nginx has it. Inside, it has an address that nobody can come from, out of the
/// block that is to be discarded (RFC 6666).
/// </summary>
public static class UnixPeer
{
    /// <summary>The name that operators write and read.</summary>
    public const string Name = "unix:";

    public static IPAddress Address { get; } = IPAddress.Parse("100::756e:6978");

    /// <summary>An address as it is told to others.</summary>
    public static string TextOf(IPAddress address) => address.Equals(Address) ? Name : address.ToString();
}
