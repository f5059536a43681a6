using System.Net;
using System.Net.Sockets;

namespace Halley.Engine;

/// <summary>A Unix socket to listen on: a file, and who may connect by its mode.</summary>
/// <param name="path">Absolute, of at most <see cref="MaxPathBytes"/> in UTF-8.</param>
/// <param name="mode">What the file's owner, its group and others may do; to connect takes the right to write.</param>
public sealed class UnixEndPoint(string path, UnixFileMode mode) : EndPoint
{
    /// <summary>The prefix of a path in options, as in nginx.</summary>
    public const string Prefix = "unix:";

    /// <summary>The kernel's limit, less the zero at the end.</summary>
    public const int MaxPathBytes = 107;

    public string Path { get; } = path;

    public UnixFileMode Mode { get; } = mode;

    /// <inheritdoc/>
    public override AddressFamily AddressFamily => AddressFamily.Unix;

    /// <inheritdoc/>
    public override SocketAddress Serialize() => new UnixDomainSocketEndPoint(Path).Serialize();

    /// <inheritdoc/>
    public override string ToString() => Prefix + Path;
}
