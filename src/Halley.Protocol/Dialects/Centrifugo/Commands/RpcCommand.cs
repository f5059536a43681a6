using Halley.Protocol.Dialects.Centrifugo.Proxies;
using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo.Commands;

/// <summary><c>rpc</c>: what a client asks the operator's server.</summary>
internal sealed class RpcCommand(SessionContext context)
{
    public Outcome Handle(RpcRequest request, CentrifugoSession session)
    {
        if (context.Proxies.RpcOf(request.Method) is not { } proxy)
        {
            return Errors.NotAvailable;
        }

        if (!proxy.TryAsk(
            session,
            "rpc"u8,
            writer =>
            {
                writer.WriteString("user"u8, session.Client!.User);
                writer.WriteString("method"u8, request.Method);
                ProxySet.WriteData(request.Data, writer);
            },
            out var result,
            out var refused))
        {
            return refused;
        }

        return Outcome.Of(new RpcResult { Data = new ProxyFields(result).Data("data"u8, "b64data"u8) });
    }
}
