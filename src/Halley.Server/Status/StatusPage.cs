using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Http;

namespace Halley.Server.Status;

/// <summary>
/// <c>/status/</c>: the files of the page that operators look at, beside whatever else is served. They tell nothing of
/// this server, so that no key is needed for them; what they show they ask for with the operator's.
/// </summary>
/// <param name="rules">Who may come.</param>
internal sealed class StatusPage(AddressRules rules, IRequestHandler others) : IRequestHandler
{
    private const string Prefix = "status/";

    private static readonly string[] Guards =
    [
        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'",
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY",
        "Referrer-Policy: no-referrer",
        "Cross-Origin-Opener-Policy: same-origin",
        "Cross-Origin-Resource-Policy: same-origin",
        "Cache-Control: no-cache",
    ];

    private static readonly ResponseHead Moved = new("308 Permanent Redirect", ["Location: status/"]);

    private static readonly ResponseHead Forbidden =
        new("403 Forbidden", ["Content-Type: text/plain; charset=utf-8"]) { Closes = true };

    private static readonly ResponseHead OtherMethod =
        new("405 Method Not Allowed", ["Content-Type: text/plain; charset=utf-8", "Allow: GET, HEAD"]);

    private static readonly Dictionary<string, (ResponseHead Head, byte[] Body)> Files = ReadFiles();

    private static readonly Dictionary<string, (ResponseHead Head, byte[] Body)>.AlternateLookup<ReadOnlySpan<char>>
        ByPath = Files.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The paths of the page, which any page may link to.</summary>
    public static IEnumerable<string> Paths => Files.Keys.Append("/status");

    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) =>
        IsOurs(head.Path, out _) ? rules.Admits(head, client) : others.Admits(head, client);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        if (!IsOurs(request.Path, out var file))
        {
            others.Handle(request, exchange);
        }
        else if (!rules.Admits(request.Head, exchange))
        {
            exchange.Reply(Forbidden, "Your address may not come here.\n"u8);
        }
        else if (request.Method is not (RequestMethod.Get or RequestMethod.Head))
        {
            exchange.Reply(OtherMethod, "The page is read, with GET.\n"u8);
        }
        else
        {
            exchange.Reply(file.Head ?? Moved, file.Body);
        }
    }

    private static bool IsOurs(ReadOnlySpan<byte> path, out (ResponseHead? Head, byte[]? Body) file)
    {
        file = default;
        if (path.SequenceEqual("/status"u8))
        {
            return true;
        }

        Span<char> text = stackalloc char[64];
        var isFound = path.Length <= text.Length
            && ByPath.TryGetValue(text[..System.Text.Encoding.Latin1.GetChars(path, text)], out var found)
            && (file = found) is var _;
        return isFound;
    }

    private static Dictionary<string, (ResponseHead Head, byte[] Body)> ReadFiles()
    {
        var assembly = typeof(StatusPage).Assembly;
        var files = new Dictionary<string, (ResponseHead Head, byte[] Body)>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var resource = assembly.GetManifestResourceStream(name)!;
            var body = new byte[resource.Length];
            resource.ReadExactly(body);
            var file = name[Prefix.Length..];
            var path = file == "index.html" ? "/status/" : $"/status/{file}";
            files[path] = (new ResponseHead("200 OK", [$"Content-Type: {TypeOf(file)}", .. Guards]), body);
        }

        return files;
    }

    private static string TypeOf(string file) => Path.GetExtension(file) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "text/javascript; charset=utf-8",
    };
}
