using System.Text;

namespace Halley.Nodes;

/// <summary>One node as its operator lists it.</summary>
/// <param name="Name">What it is hashed by: to rename a node moves its channels.</param>
/// <param name="Host">Where the other nodes reach it: an address or a name.</param>
/// <param name="Port">Of its links.</param>
/// <param name="Front">The root URL that subscribers reach it by, without a slash at its end.</param>
public sealed record NodeEntry(string Name, string Host, int Port, string Front)
{
    private const int MaxNameLength = 64;

    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(Name);

    /// <summary>Its name as it is hashed.</summary>
    public byte[] Utf8Name => _utf8;

    /// <summary>Whether a text can name a node: letters, digits, and <c>. _ : -</c>, so that it may be a host's name or an address.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxNameLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-');
}
