using System.Globalization;
using System.Text;
using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Server.Tls;

/// <summary>Answers HTTP with where the same is had by HTTPS.</summary>
/// <param name="https">The port of that.</param>
internal sealed class HttpsRedirect(int https) : IRequestHandler
{
    private const int UsualPort = 443;

    private static readonly string[] Plain = ["Content-Type: text/plain; charset=utf-8"];
    private static readonly ResponseHead NoHost = new("400 Bad Request", Plain) { Closes = true };

    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) => false;

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        if (!Authority.TryParse(request.Head.Host, out var host) || host.Host.IsEmpty)
        {
            exchange.Reply(NoHost, "The request names no host; what is here is served by HTTPS.\n"u8);
            return;
        }

        var place = new StringBuilder("https://").Append(Encoding.Latin1.GetString(host.Host));
        if (https != UsualPort)
        {
            place.Append(CultureInfo.InvariantCulture, $":{https}");
        }

        place.Append(Encoding.Latin1.GetString(request.Head.Path));
        if (!request.Query.IsEmpty)
        {
            place.Append('?').Append(Encoding.Latin1.GetString(request.Query));
        }

        // 308 keeps the method, which old clients of GET do not know.
        var status = request.Method is RequestMethod.Get or RequestMethod.Head
            ? "301 Moved Permanently"
            : "308 Permanent Redirect";
        var isAscii = Ascii.IsValid(place.ToString());
        exchange.Reply(
            new ResponseHead(status, isAscii ? [.. Plain, $"Location: {place}"] : Plain),
            "This is served by HTTPS.\n"u8);
    }
}
