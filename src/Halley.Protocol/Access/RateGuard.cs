using System.Net;
using Halley.Access;
using Halley.Protocol.Http;

namespace Halley.Protocol.Access;

/// <summary>
/// Stands before what subscribers and clients use: one address makes no more than so many requests a second. This
/// machine and Unix sockets are not counted: behind them is a proxy that asks for many.
/// </summary>
/// <remarks>
/// One request in so many is looked at, by chance, and counts for as many: an address costs a call to the kernel. A
/// client that floods a server is caught all the same; one that asks seldom hardly ever has its address looked at.
/// </remarks>
/// <param name="sample">How many requests one stands for.</param>
public sealed class RateGuard(IRequestHandler handler, TokenBuckets<ClientBlock> allowance, int sample = 16)
    : IRequestHandler
{
    // One that stands for more than an allowance has would never be let in.
    private readonly int _sample = Math.Min(sample, allowance.PerSecond);

    private static readonly ResponseHead TooMany = new(
        "429 Too Many Requests", ["Content-Type: text/plain; charset=utf-8", "Retry-After: 1"])
    {
        Closes = true,
    };

    private static ReadOnlySpan<byte> Sentence => "There are too many requests of your address.\n"u8;

    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) => handler.Admits(head, client);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        // One that was postponed has been counted.
        if (exchange.Postponed is null
            && Random.Shared.Next(_sample) == 0
            && exchange.ClientOf(request.Head) is var address
            && !IsNear(address)
            && !allowance.TryTake(ClientBlock.Of(address), _sample))
        {
            exchange.Reply(TooMany, Sentence);
            return;
        }

        handler.Handle(request, exchange);
    }

    private static bool IsNear(IPAddress address) =>
        IPAddress.IsLoopback(address) || address.Equals(UnixPeer.Address)
        || (address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(address.MapToIPv4()));
}
