using System.Net;
using Halley.Access;
using Halley.Protocol.Access;

namespace Halley.Server.Tls;

/// <summary>
/// A number of connections or requests, and how many of them each address has, so that none takes all. Any thread.
/// </summary>
/// <param name="most">Of all together.</param>
/// <param name="perAddress">
/// Of one address, or one IPv6 network of 64 bits; 0: who has more than half of all gets none of the last sixteenth.
/// </param>
internal sealed class AddressShares(int most, int perAddress)
{
    private const int KeptForOthers = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<ClientBlock, int> _counts = [];
    private int _count;
    private long _refused;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Those that were refused.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Takes one for a client, where it may have one more.</summary>
    /// <param name="proxies">Those whose addresses stand for many clients, and are not counted.</param>
    /// <param name="share">To be given back; the default where nothing is counted.</param>
    public bool TryTake(IPAddress address, TrustedProxies proxies, out ClientBlock share)
    {
        share = proxies.Include(address) ? default : ClientBlock.Of(address);
        lock (_lock)
        {
            var its = share == default ? 0 : _counts.GetValueOrDefault(share);
            var isTooMany = perAddress > 0
                ? its >= perAddress
                : its > _count / 2 && _count >= most - (most / KeptForOthers);
            if (_count >= most || isTooMany)
            {
                Interlocked.Increment(ref _refused);
                return false;
            }

            _count++;
            if (share != default)
            {
                _counts[share] = its + 1;
            }

            return true;
        }
    }

    public void GiveBack(ClientBlock share)
    {
        lock (_lock)
        {
            _count--;
            if (share == default)
            {
                return;
            }

            var left = _counts[share] - 1;
            if (left > 0)
            {
                _counts[share] = left;
            }
            else
            {
                _counts.Remove(share);
            }
        }
    }
}
