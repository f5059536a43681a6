using System.Collections.Concurrent;
using System.Numerics;
using Halley.Protocol.Clients;
using Halley.Protocol.Explaining;

namespace Halley.AspNetCore.Hosting;

// Where each is, so that operators find it.
internal sealed partial class Exchanges
{
    private readonly ConcurrentDictionary<long, HttpExchange> _all = new();
    private readonly uint _host = ConnectionPlace.DrawHost();
    private long _last;

    /// <summary>The exchanges whose fate somebody wants explained.</summary>
    public Watches Watches { get; }

    /// <summary>A number for one more exchange.</summary>
    public long NextNumber() => Interlocked.Increment(ref _last);

    /// <summary>The place of an exchange, by its number. As text, places sort as numbers do.</summary>
    public ConnectionPlace PlaceOf(long number) => new(_host, 0, BitOperations.RotateLeft((ulong)number, 32));

    /// <summary>The exchanges with higher numbers, in their order.</summary>
    public IEnumerable<HttpExchange> After(long number) => _all
        .Where(pair => pair.Key > number)
        .OrderBy(pair => pair.Key)
        .Select(pair => pair.Value);

    /// <summary>Finds an exchange by its place; null where there is none there any more.</summary>
    public HttpExchange? Find(string id) =>
        ConnectionPlace.TryParse(id, out var place) && place == PlaceOf(NumberOf(place))
            ? _all.GetValueOrDefault(NumberOf(place))
            : null;

    /// <summary>
    /// The number after which a list goes on, by the place after which it does: hosts are listed one after another, in
    /// the order of their numbers.
    /// </summary>
    public long NumberAt(string? after) =>
        !ConnectionPlace.TryParse(after, out var place) || place.Host < _host ? 0
        : place.Host > _host ? long.MaxValue
        : NumberOf(place);

    private static long NumberOf(ConnectionPlace place) => (long)BitOperations.RotateRight(place.Key, 32);
}
