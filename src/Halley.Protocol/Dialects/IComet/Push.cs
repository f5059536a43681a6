using Halley.Broker;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary><c>/push</c> and <c>/pub</c>: one message to one channel. They differ in what <c>content</c> is: text, or the inside of a JSON string.</summary>
internal sealed class Push(ICometOptions options, IBroker broker)
{
    private readonly ChannelName _name = new(options);

    public void Handle(in HttpRequest request, IExchange exchange, MessageTraits traits)
    {
        if (request.Method is not (RequestMethod.Get or RequestMethod.Post))
        {
            exchange.Reply(Heads.AdminMethod, default);
            return;
        }

        var parameters = new Parameters(request);
        if (!Callback.TryRead(parameters, exchange, out var callback) || !_name.TryRead(parameters, exchange, out var name))
        {
            return;
        }

        var result = broker.Publish(name, parameters.Bytes("content"u8), traits);
        if (result.Status == PublishStatus.TooManyChannels)
        {
            exchange.Reply(Heads.TooManyChannels, default);
            return;
        }

        callback.Reply(exchange, Heads.AdminScript, Heads.AdminScript, "{\"type\":\"ok\"}\n"u8);
    }
}
