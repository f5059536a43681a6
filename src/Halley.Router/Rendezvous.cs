using System.Security.Cryptography;
using System.Text;

namespace Halley.Router;

/// <summary>
/// Rendezvous hashing: each server gets a digest for a channel, SHA-256 of the server's name, a line feed and the
/// channel's name; the server with the greatest digest has the channel, and where that server is not there, the next
/// greatest. So a server that comes or goes moves its own channels and no other. Any thread; the same in every process
/// and every language.
/// </summary>
public static class Rendezvous
{
    /// <summary>
    /// The bytes of a digest, which is compared byte by byte, or as lower-case hexadecimal text with the same result.
    /// </summary>
    public const int DigestBytes = SHA256.HashSizeInBytes;

    private const int MaxOnStack = 512;

    /// <summary>Writes the digest of a server for a channel.</summary>
    /// <param name="digest">At least <see cref="DigestBytes"/> bytes.</param>
    public static void Digest(ReadOnlySpan<byte> server, ReadOnlySpan<byte> channel, Span<byte> digest)
    {
        var length = server.Length + 1 + channel.Length;
        var text = length <= MaxOnStack ? stackalloc byte[MaxOnStack] : new byte[length];
        server.CopyTo(text);
        text[server.Length] = (byte)'\n';
        channel.CopyTo(text[(server.Length + 1)..]);
        SHA256.HashData(text[..length], digest);
    }

    /// <summary>Finds the server that has a channel.</summary>
    /// <param name="servers">Their names in UTF-8, each once.</param>
    /// <returns>Its place in the list; -1 where the list is empty.</returns>
    public static int First(IReadOnlyList<byte[]> servers, ReadOnlySpan<byte> channel)
    {
        if (servers.Count < 2)
        {
            return servers.Count - 1;
        }

        Span<byte> greatest = stackalloc byte[DigestBytes];
        Span<byte> digest = stackalloc byte[DigestBytes];
        greatest.Clear();
        var first = -1;
        for (var i = 0; i < servers.Count; i++)
        {
            Digest(servers[i], channel, digest);
            if (first < 0 || digest.SequenceCompareTo(greatest) > 0)
            {
                first = i;
                digest.CopyTo(greatest);
            }
        }

        return first;
    }

    /// <summary>
    /// Orders servers by their digests for a channel: the first one has it, the next one when that is gone.
    /// </summary>
    public static IReadOnlyList<string> Order(IEnumerable<string> servers, ReadOnlySpan<byte> channel)
    {
        List<(string Name, byte[] Digest)> claims = [];
        foreach (var name in servers)
        {
            var digest = new byte[DigestBytes];
            Digest(Encoding.UTF8.GetBytes(name), channel, digest);
            claims.Add((name, digest));
        }

        claims.Sort((one, other) => other.Digest.AsSpan().SequenceCompareTo(one.Digest));
        return [.. claims.Select(claim => claim.Name)];
    }
}
