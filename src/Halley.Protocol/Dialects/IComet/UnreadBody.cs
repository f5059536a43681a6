using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>
/// A body that says nothing that a publish reads, beside a query without <c>content</c>: the text that was to be
/// published as it is, most often, or a form with GET. The original publishes an empty message then, and the text is
/// lost.
/// </summary>
internal static class UnreadBody
{
    /// <returns>True when the request was refused.</returns>
    public static bool Refuse(in HttpRequest request, in Parameters parameters, IResponder responder)
    {
        if (request.Body.IsEmpty
            || parameters.Has("content"u8)
            || (request.Method == RequestMethod.Post && IsForm(request.Body)))
        {
            return false;
        }

        responder.Reply(
            Heads.BadRequest,
            "{\"type\":\"error\",\"message\":\"the body has no content: send a POST whose body is "u8
            + "content=TEXT, with %, & and + in TEXT percent-encoded\"}\n"u8);
        return true;
    }

    private static bool IsForm(ReadOnlySpan<byte> body) =>
        Parameters.TryFind(body, "cname"u8, out _) || Parameters.TryFind(body, "cb"u8, out _);
}
