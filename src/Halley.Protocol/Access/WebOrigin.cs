using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Access;

/// <summary>The origin of a page (RFC 6454): scheme, host and port.</summary>
public readonly ref struct WebOrigin
{
    private readonly Authority _authority;

    private WebOrigin(ReadOnlySpan<byte> scheme, Authority authority)
    {
        Scheme = scheme;
        _authority = authority;
    }

    public ReadOnlySpan<byte> Scheme { get; }

    public ReadOnlySpan<byte> Host => _authority.Host;

    /// <summary>That of the scheme where none is given; 0 where the scheme has none.</summary>
    public int Port => _authority.Port ?? UsualPort;

    private int UsualPort =>
        Ascii.EqualsIgnoreCase(Scheme, "http"u8) ? 80 : Ascii.EqualsIgnoreCase(Scheme, "https"u8) ? 443 : 0;

    /// <param name="text">An address; what stands behind its host and port is left out.</param>
    /// <returns>False where it is none, as <c>null</c> is, which pages say that have no origin.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out WebOrigin origin)
    {
        origin = default;
        var scheme = text.IndexOf("://"u8);
        if (scheme <= 0)
        {
            return false;
        }

        var rest = text[(scheme + 3)..];
        var end = rest.IndexOfAny((byte)'/', (byte)'?', (byte)'#');
        if (!Authority.TryParse(end < 0 ? rest : rest[..end], out var authority))
        {
            return false;
        }

        origin = new WebOrigin(text[..scheme], authority);
        return true;
    }

    /// <summary>
    /// Whether a page from here is the page of a server that is asked for by that host. The scheme says nothing: before
    /// a server that speaks HTTP a proxy may speak TLS. And a host without a port may be one from which a proxy took
    /// it.
    /// </summary>
    public bool IsAt(Authority host, bool portCounts) =>
        IsSameHost(Host, host.Host) && (!portCounts || host.Port is null || host.Port == Port);

    /// <summary>Compares names without case, and without the dot that a whole name may end with.</summary>
    public static bool IsSameHost(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        Ascii.EqualsIgnoreCase(WithoutDot(one), WithoutDot(other));

    private static ReadOnlySpan<byte> WithoutDot(ReadOnlySpan<byte> name) =>
        name is [.., (byte)'.'] ? name[..^1] : name;
}
