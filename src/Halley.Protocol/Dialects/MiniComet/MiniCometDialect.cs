using Halley.Broker;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.MiniComet;

/// <summary>
/// The smallest comet server there was, 150 lines: <c>/sub?id=N</c> listens, <c>/pub?id=N&amp;content=…</c> speaks to
/// whoever listens.
/// </summary>
public sealed class MiniCometDialect : IEndpoint
{
    private readonly Listen _listen;
    private readonly Speak _speak;

    public MiniCometDialect(MiniCometOptions options, Hub hub, IBroker broker)
    {
        _listen = new Listen(options, hub, broker);
        _speak = new Speak(options, broker);
    }

    /// <inheritdoc/>
    public void Handle(in RoutedRequest request, IExchange exchange)
    {
        var path = request.Request.Path;
        if (path.EndsWith("/sub"u8))
        {
            _listen.Handle(request, exchange);
        }
        else if (path.EndsWith("/pub"u8))
        {
            _speak.Handle(request, exchange);
        }
        else
        {
            exchange.Reply(Heads.NotFound, default);
        }
    }
}
