using System.Text;

namespace Halley.Nodes.Router;

/// <summary>A server behind a router: one of ours, or an original iComet, which knows nothing of it.</summary>
/// <param name="Name">What it is hashed by: to rename it moves its channels.</param>
/// <param name="Admin">The root URL of its port for publishers, without a slash at its end.</param>
/// <param name="Front">The root URL that subscribers reach it by; empty where nobody is to be told.</param>
public sealed record RoutedServer(string Name, string Admin, string Front)
{
    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(Name);

    /// <summary>Its name as it is hashed.</summary>
    public byte[] Utf8Name => _utf8;
}
