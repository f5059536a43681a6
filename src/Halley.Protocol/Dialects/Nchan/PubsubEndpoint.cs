using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// One address for both: GET and HEAD subscribe, POST and PUT publish. Unlike in nchan, DELETE is refused: whoever may
/// take part may not end a channel.
/// </summary>
/// <param name="takesPosts">Whether POST and PUT publish; where not, WebSockets alone do.</param>
internal sealed class PubsubEndpoint(
    bool takesPosts, PublisherEndpoint publisher, SubscriberEndpoint subscriber, Origins origins) : IEndpoint
{
    private const string Methods = "GET, HEAD, POST, PUT";

    /// <inheritdoc/>
    public int MaxBodyBytes => publisher.MaxBodyBytes;

    /// <inheritdoc/>
    public void Handle(in RoutedRequest request, IExchange exchange)
    {
        switch (request.Request.Method)
        {
            case RequestMethod.Get or RequestMethod.Head:
                subscriber.Handle(request, exchange);
                return;
            case RequestMethod.Post or RequestMethod.Put when takesPosts:
                publisher.Handle(request, exchange);
                return;
        }

        if (!origins.Admits(request.Request, exchange, out var origin))
        {
            Heads.Refuse(Refusals.Origin, origin, exchange);
        }
        else if (request.Request.Method == RequestMethod.Options)
        {
            exchange.Reply(Heads.Preflight(Methods, isForSubscribers: true, origin), default);
        }
        else
        {
            Heads.Refuse(RefusalOf(request.Request.Method), origin, exchange);
        }
    }

    private static Refusal RefusalOf(RequestMethod method) => method switch
    {
        RequestMethod.Delete => Refusals.NoDelete,
        RequestMethod.Post or RequestMethod.Put => Refusals.SocketsOnly,
        _ => Refusals.Method(Methods),
    };
}
