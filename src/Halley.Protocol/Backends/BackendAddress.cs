using System.Text;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Backends;

/// <summary>
/// The address at which a backend is asked: <c>http://127.0.0.1:8080/auth?user=$cookie_user</c>. Scheme, host and port
/// are the operator's and never a client's; what a variable brings into the path or the query is encoded whole, so that
/// it stays the one value it is. Any thread.
/// </summary>
public sealed class BackendAddress
{
    private const string Wanted =
        "it wants a URL such as http://127.0.0.1:8080/auth, with variables only in its path and query";

    private readonly string _authority;
    private readonly Expression _rest;

    private BackendAddress(string authority, Expression rest)
    {
        _authority = authority;
        _rest = rest;
    }

    /// <param name="location">Where it is used: its pattern's names are variables too.</param>
    /// <param name="error">What is wrong, and what would be right.</param>
    public static bool TryParse(string written, Location location, out BackendAddress address, out string error)
    {
        address = null!;
        // What stands before an @ may be a password.
        error = written.Contains('@')
            ? $"it is no address of a backend (not repeated, for it may have a password); {Wanted}, and nobody's name"
            : $"\"{written}\" is no address of a backend; {Wanted}";
        var scheme = written.StartsWith("http://", StringComparison.Ordinal) ? 7
            : written.StartsWith("https://", StringComparison.Ordinal) ? 8
            : -1;
        if (scheme < 0 || written.Any(c => c is <= ' ' or > '~' or '#' or '\\'))
        {
            return false;
        }

        var end = written.AsSpan(scheme).IndexOfAny('/', '?');
        var authority = end < 0 ? written : written[..(scheme + end)];
        var rest = end < 0 ? "/" : written[(scheme + end)..];
        if (authority.AsSpan().ContainsAny('$', '@')
            || !Uri.TryCreate(authority + "/", UriKind.Absolute, out var uri)
            || uri.Host.Length == 0)
        {
            return false;
        }

        if (!Expression.TryParse(rest.StartsWith('?') ? "/" + rest : rest, location, out var expression, out error))
        {
            return false;
        }

        address = new BackendAddress(authority, expression);
        return true;
    }

    /// <summary>The address for a request.</summary>
    public string For(in RoutedRequest request)
    {
        var output = new ByteBuffer(128);
        _rest.EvaluateEncoded(request, output);
        return _authority + Encoding.ASCII.GetString(output.Written);
    }
}
