using System.Text;

namespace Halley.Router;

/// <summary>A server behind a router: Halley, or an original iComet, which knows nothing of the router.</summary>
/// <param name="Name">The name that is hashed: to change it moves the server's channels.</param>
/// <param name="Admin">The root URL of its port for publishers, without a slash at its end.</param>
/// <param name="Front">The root URL for subscribers; empty where it is not to be told.</param>
/// <remarks>
/// Two with the same name and port for publishers are the same server, whatever their fronts.
/// </remarks>
public sealed record RoutedServer(string Name, string Admin, string Front)
{
    private const int MaxNameLength = 64;

    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(Name);

    /// <summary>The bytes of its name, which are hashed.</summary>
    public byte[] Utf8Name => _utf8;

    /// <summary>
    /// Whether a text can name a server: letters, digits, and <c>. _ : -</c>, so that it may be a host's name or an
    /// address.
    /// </summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxNameLength
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-');

    public bool Equals(RoutedServer? other) => other is not null && Name == other.Name && Admin == other.Admin;

    public override int GetHashCode() => HashCode.Combine(Name, Admin);
}
