using System.Net;

namespace Halley.Server.Commands;

/// <summary>
/// Asks, and asks again where an answer says that it is answered elsewhere: at another server, or by https.
/// </summary>
internal static class Redirects
{
    /// <summary>A proxy that wants https is one step, a server that has moved another; more are a circle.</summary>
    private const int MaxSteps = 5;

    /// <param name="ask">Makes the request for an address, anew for each.</param>
    /// <returns>An answer that is no redirect.</returns>
    /// <exception cref="CommandException">It leads nowhere, in a circle, or out of encryption.</exception>
    /// <exception cref="HttpRequestException">Somebody asked does not answer.</exception>
    public static async Task<HttpResponseMessage> Send(
        HttpClient client, Uri address, Func<Uri, HttpRequestMessage> ask, CancellationToken cancellation)
    {
        for (var (steps, at) = (0, address); ; steps++)
        {
            using var request = ask(at);
            var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (!IsRedirect(answer.StatusCode))
            {
                return answer;
            }

            using (answer)
            {
                at = steps < MaxSteps
                    ? TargetOf(answer, at, request.Method)
                    : throw new CommandException(
                        $"{Root(address)}: sent on {MaxSteps} times, at last by {Root(at)}; "
                            + "do the servers send to each other?");
            }
        }
    }

    private static bool IsRedirect(HttpStatusCode status) =>
        status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static Uri TargetOf(HttpResponseMessage answer, Uri asked, HttpMethod method)
    {
        var status = (int)answer.StatusCode;
        if (method != HttpMethod.Get
            && answer.StatusCode is not (HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
        {
            throw new CommandException(
                $"{Root(asked)}: the server says {status}, which would lose what is published; "
                    + "only 307 and 308 are followed here");
        }

        if (answer.Headers.Location is not { } location
            || !Uri.TryCreate(asked, location, out var target)
            || target.Scheme is not ("http" or "https"))
        {
            throw new CommandException($"{Root(asked)}: the server says {status}, and not where else to ask");
        }

        return asked.Scheme == Uri.UriSchemeHttps && target.Scheme == Uri.UriSchemeHttp
            ? throw new CommandException(
                $"{Root(asked)}: sends on to {Root(target)}, which is not encrypted; not followed")
            : target;
    }

    /// <summary>Leaves of an address what may be shown: there may be a token behind it.</summary>
    private static string Root(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
