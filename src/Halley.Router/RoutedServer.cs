using System.Text;

namespace Halley.Router;

/// <summary>A server behind a router: one of ours, or an original iComet, which knows nothing of it.</summary>
/// <param name="Name">What it is hashed by: to rename it moves its channels.</param>
/// <param name="Admin">The root URL of its port for publishers, without a slash at its end.</param>
/// <param name="Front">The root URL that subscribers reach it by; empty where nobody is to be told.</param>
/// <remarks>
/// Two of the same name and port for publishers are the same server, wherever subscribers are told to reach it.
/// </remarks>
public sealed record RoutedServer(string Name, string Admin, string Front)
{
    private const int MaxNameLength = 64;

    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(Name);

    /// <summary>Its name as it is hashed.</summary>
    public byte[] Utf8Name => _utf8;

    /// <summary>
    /// Whether a text can name a server: letters, digits, and <c>. _ : -</c>, so that it may be a host's name or an
    /// address.
    /// </summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxNameLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-');

    public bool Equals(RoutedServer? other) => other is not null && Name == other.Name && Admin == other.Admin;

    public override int GetHashCode() => HashCode.Combine(Name, Admin);
}
