using System.Text;
using Halley.Protocol.Backends;
using Halley.Protocol.Http;

namespace Halley.Protocol.Routing;

/// <summary>
/// A location that the operator's own server answers for: it hears the request, and its answer goes to the client, or
/// names with <c>X-Accel-Redirect</c> another location here, which serves the request then. That is how a server behind
/// nginx says who may have which channel without giving its name away; see <c>internal</c>.
/// </summary>
/// <param name="router">Of the listener; not asked before a request comes.</param>
/// <param name="timeout">From the question until its answer is whole.</param>
public sealed class BackendEndpoint(
    IBackend backend, BackendAddress address, TimeSpan timeout, Func<EndpointRouter> router) : IEndpoint
{
    /// <summary>The field of an answer that names a location: a path, and perhaps a query.</summary>
    public const string Redirect = "X-Accel-Redirect";

    /// <inheritdoc/>
    public void Handle(in RoutedRequest request, IExchange exchange)
    {
        if (!exchange.TryRecall<BackendAnswer>("location"u8, out var answer)
            && !exchange.TryAwait("location"u8, Ask(request, exchange), out answer))
        {
            return;
        }

        if (answer.IsSuccess && answer.Field(Redirect) is { } target)
        {
            router().HandleInternally(request.Request, Encoding.Latin1.GetBytes(target), exchange);
            return;
        }

        if (answer.Outcome == BackendOutcome.Answered)
        {
            PassOn(answer, exchange);
            return;
        }

        var refusal = HookQuestion.RefusalFor(answer.Outcome);
        exchange.Reply(
            ResponseHead.LikeNginx(
                refusal.Status, ["Content-Type: text/plain"], refusal.Field is null ? [] : [refusal.Field]),
            Encoding.ASCII.GetBytes(refusal.Sentence + "\n"));
    }

    private ValueTask<BackendAnswer> Ask(in RoutedRequest request, IExchange exchange)
    {
        var method = request.Request.Method;
        var isRead = method is RequestMethod.Get or RequestMethod.Head;
        var question = HookQuestion.About(
            request,
            exchange,
            method.ToString().ToUpperInvariant(),
            address,
            names: null,
            own: [],
            isRead ? null : request.Request.Body.ToArray(),
            timeout);
        return HookQuestion.Ask(backend, question, exchange, endsWithClient: isRead);
    }

    private static void PassOn(BackendAnswer answer, IExchange exchange)
    {
        var (status, type, _) = HookQuestion.RefusalOf(answer);
        var fields = answer.Fields
            .Where(field => !string.Equals(field.Name, "Content-Type", StringComparison.OrdinalIgnoreCase)
                && !field.Name.StartsWith("X-Accel-", StringComparison.OrdinalIgnoreCase))
            .Select(field => $"{field.Name}: {field.Value}");
        exchange.Reply(
            ResponseHead.PassedOn(status, type is null ? [] : ["Content-Type: " + type], [.. fields]), answer.Body);
    }
}
